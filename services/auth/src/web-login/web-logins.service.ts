import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { AuditActor } from '@waybill/audit';
import type { WebLoginWish } from '@waybill/contracts';
import type { Principal, TokenText, UserId } from '@waybill/domain';
import { DomainError, hashToken, isTokenText, newTokenText } from '@waybill/domain';
import { UnitOfWork } from '@waybill/persistence';
import type { EntityManager } from 'typeorm';
import { addressKey, networkKey } from '../throttles/address-key.rules.js';
import { SessionsRepository } from '../sessions/sessions.repository.js';
import { oneLine } from '../tokens/token.rules.js';
import { TokensRepository } from '../tokens/tokens.repository.js';
import { TokensService } from '../tokens/tokens.service.js';
import { UsersRepository } from '../users/users.repository.js';
import { openToken, sealToken } from './token-seal.rules.js';
import type { WebLoginEntity } from './web-login.entity.js';
import type { WebLoginId } from './web-login-id.rules.js';
import { hashWebLoginId, newWebLoginId, webLoginPath } from './web-login-id.rules.js';
import { WebLoginsRepository } from './web-logins.repository.js';

export interface NewWebLogin {
  readonly description: string;
  readonly clientAddress: string;
  /** Work with packages unless it says otherwise. */
  readonly wish?: WebLoginWish;
}

export interface StartedWebLogin {
  readonly loginPath: string;
  /** Known to the waiting client alone; a token's text by its form, so that every log masks it, but no token. */
  readonly pollSecret: TokenText;
  readonly expiresAt: Date;
}

export type PolledWebLogin =
  | { readonly state: 'pending'; readonly retryAfterSeconds: number }
  | { readonly state: 'confirmed'; readonly token: TokenText; readonly username: string }
  | { readonly state: 'gone' };

const lifetimeMs = 10 * 60_000;
/** How long the same answer is repeated: longer than a gateway and a client try to get it. */
const repeatMs = 60_000;
const maxOpenPerAddress = 50;
const maxOpen = 10_000;
/** Making room looks at all of them: so many at once that a flood pays for it rarely. */
const maxEndedAtOnce = 100;
const pollEverySeconds = 2;

/** A login that begins at a client and is confirmed in a browser (RFC 8628 in its idea, npm's web login in its form). */
@Injectable()
export class WebLogins {
  constructor(
    private readonly logins: WebLoginsRepository,
    private readonly users: UsersRepository,
    private readonly sessions: SessionsRepository,
    private readonly tokens: TokensService,
    private readonly tokenRows: TokensRepository,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /** Throws `limit` `auth.too-many-logins`. */
  async start(request: NewWebLogin): Promise<StartedWebLogin> {
    const { clientAddress, wish = 'packages' } = request;
    const id = newWebLoginId();
    const pollSecret = newTokenText();
    const createdAt = new Date();
    const expiresAt = new Date(createdAt.getTime() + lifetimeMs);
    const key = addressKey(clientAddress);
    await this.unitOfWork.run(async (manager) => {
      await this.logins.sweep(manager);
      await this.logins.lockAddress(manager, key);
      if ((await this.logins.countOpen(manager, key)) >= maxOpenPerAddress) throw tooManyLogins();
      if (await this.logins.areAtLeast(manager, maxOpen)) await this.#makeRoom(manager);
      await this.logins.insert(manager, {
        webLoginId: randomUUID(),
        loginHash: hashWebLoginId(id),
        pollHash: hashToken(pollSecret),
        description: oneLine(request.description),
        clientAddress: oneLine(clientAddress),
        addressKey: oneLine(key),
        network: oneLine(networkKey(clientAddress)),
        createdAt,
        expiresAt,
        openedBy: null,
        openedAt: null,
        confirmedBy: null,
        confirmedFrom: null,
        wish,
        withAccess: false,
        tokenId: null,
        sealedToken: null,
      });
    });
    return { loginPath: webLoginPath(id), pollSecret, expiresAt };
  }

  /**
   * The token is made here, once, when its client asks. Whoever asks again soon, since the answer was lost, gets the same
   * one while it works; nobody ever gets a second.
   */
  async poll(pollSecret: string): Promise<PolledWebLogin> {
    if (!isTokenText(pollSecret)) return { state: 'gone' };
    const pollHash = hashToken(pollSecret);
    const polled = await this.logins.findPolled(pollHash);
    if (polled === undefined) return { state: 'gone' };
    const { confirmedBy } = polled;
    if (confirmedBy === null) return { state: 'pending', retryAfterSeconds: pollEverySeconds };
    return this.unitOfWork.run(async (manager): Promise<PolledWebLogin> => {
      // Locked in the order of whoever changes a password or suspends.
      const user = await this.users.lock(manager, confirmedBy);
      if (user === undefined || user.suspended) return { state: 'gone' };
      const login = await this.logins.lockConfirmed(manager, { pollHash, confirmedBy });
      const token = login && (await this.#tokenOf(manager, login, { userId: confirmedBy, pollSecret }));
      return token === undefined ? { state: 'gone' } : { state: 'confirmed', token, username: user.username };
    });
  }

  /** What the page shows; nothing once it is confirmed, refused or over. */
  find(id: WebLoginId): Promise<WebLoginEntity | undefined> {
    return this.logins.findWaiting(hashWebLoginId(id));
  }

  /** From now on a flood of other logins does not end this one. */
  async opened(id: WebLoginId, by: UserId): Promise<void> {
    await this.logins.markOpened(hashWebLoginId(id), by);
  }

  /** Whether it was still there to be confirmed. Only a session confirms: a token must not make another (security.md A4). */
  async confirm(
    id: WebLoginId,
    caller: Principal,
    from: { readonly address: string; readonly withAccess: boolean },
  ): Promise<boolean> {
    if (caller.kind !== 'user') {
      throw new DomainError('unauthenticated', 'auth.required', 'You must sign in to do this.');
    }
    return this.unitOfWork.run(async (manager) => {
      // Locked in this order by whoever changes a password: the session is gone, or the confirmation ends with it.
      const user = await this.users.lock(manager, caller.userId);
      if (user === undefined || user.suspended || !(await this.sessions.exists(manager, caller.sessionId))) {
        throw new DomainError('unauthenticated', 'auth.required', 'You must sign in to do this.');
      }
      return this.logins.confirm(manager, hashWebLoginId(id), { ...from, userId: caller.userId });
    });
  }

  refuse(id: WebLoginId): Promise<boolean> {
    return this.logins.refuse(hashWebLoginId(id));
  }

  /** Of the networks that begin most logins; whoever floods ends their own. */
  async #makeRoom(manager: EntityManager): Promise<void> {
    await this.logins.lockRoom(manager);
    if (!(await this.logins.areAtLeast(manager, maxOpen))) return;
    await this.logins.makeRoom(manager, maxEndedAtOnce);
    if (await this.logins.areAtLeast(manager, maxOpen)) throw tooManyLogins();
  }

  async #tokenOf(
    manager: EntityManager,
    login: WebLoginEntity,
    { userId, pollSecret }: { readonly userId: UserId; readonly pollSecret: TokenText },
  ): Promise<TokenText | undefined> {
    const { tokenId, sealedToken, clientAddress, description, withAccess, wish } = login;
    if (tokenId !== null && sealedToken !== null) {
      const works = (await this.tokenRows.lockWorking(manager, tokenId)) !== undefined;
      return works ? openToken(sealedToken, pollSecret) : undefined;
    }
    const by: AuditActor = { actor: `user:${userId}`, userId, clientAddress };
    const { token, text } = await this.tokens.issueConfirmed(manager, by, { userId, description, withAccess, wish });
    await this.logins.handOut(manager, login, {
      tokenId: token.tokenId,
      sealedToken: sealToken(text, pollSecret),
      expiresAt: new Date(Date.now() + repeatMs),
    });
    return text;
  }
}

function tooManyLogins(): DomainError {
  return new DomainError('limit', 'auth.too-many-logins', 'Too many logins wait to be confirmed: finish one first.', {
    retryAfterSeconds: 60,
  });
}
