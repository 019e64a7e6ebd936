import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { AuditActor } from '@waybill/audit';
import { AuditTrail } from '@waybill/audit';
import type { Principal, SessionId, UserId } from '@waybill/domain';
import { DomainError } from '@waybill/domain';
import { UnitOfWork } from '@waybill/persistence';
import { SERVICE_CONFIG } from '@waybill/service-host';
import type { EntityManager } from 'typeorm';
import type { AuthConfig } from '../config.js';
import { CredentialChanges } from '../credential-changes/credential-changes.js';
import type { PasswordAttempt, Proof } from '../passwords/password-login.service.js';
import { PasswordLogin } from '../passwords/password-login.service.js';
import { oneLine } from '../tokens/token.rules.js';
import { GrantsChangedAnnouncer } from '../users/grants-changed.announcer.js';
import { UsersRepository } from '../users/users.repository.js';
import type { SessionSecret } from './session-cookie.rules.js';
import { hashSession, newSessionSecret } from './session-cookie.rules.js';
import type { SessionEntity } from './session.entity.js';
import { SessionsRepository } from './sessions.repository.js';

export interface OpenedSession {
  readonly secret: SessionSecret;
  readonly username: string;
  readonly expiresAt: Date;
  readonly maxAgeSeconds: number;
}

/** The browser that a session is for. */
export interface SessionClient {
  readonly clientAddress: string;
  /** Its User-Agent: untrusted, of any length. */
  readonly client: string | undefined;
}

/** A session whose owner looks at it. */
export type OwnSession = Exclude<Principal, { kind: 'anonymous' | 'token' }>;

const maxSessionsPerUser = 50;
const maxClientCharacters = 200;

@Injectable()
export class SessionsService {
  constructor(
    private readonly sessions: SessionsRepository,
    private readonly users: UsersRepository,
    private readonly login: PasswordLogin,
    private readonly grantsChanged: GrantsChangedAnnouncer,
    private readonly changes: CredentialChanges,
    private readonly unitOfWork: UnitOfWork,
    private readonly audit: AuditTrail,
    @Inject(SERVICE_CONFIG) private readonly config: AuthConfig,
  ) {}

  /** Throws what `PasswordLogin.prove` throws. */
  async open(attempt: PasswordAttempt & SessionClient): Promise<OpenedSession> {
    const proven = await this.login.prove(attempt);
    return this.unitOfWork.run(async (manager) => {
      await this.login.requireStillProven(manager, proven);
      return this.openFor(manager, proven, { ...attempt, method: proven.withSecondFactor ? 'two-factor' : 'password' });
    });
  }

  /** For somebody who proved who they are, in whatever way, within the transaction that relies on it. */
  async openFor(
    manager: EntityManager,
    { userId, username }: { readonly userId: UserId; readonly username: string },
    { clientAddress, client, method }: SessionClient & { readonly method: string },
  ): Promise<OpenedSession> {
    const secret = newSessionSecret();
    const maxAgeSeconds = this.config.WAYBILL_SESSION_MAX_HOURS * 3600;
    const now = new Date();
    const expiresAt = new Date(now.getTime() + maxAgeSeconds * 1000);
    await this.sessions.sweep(manager);
    await this.sessions.endOldestOf(manager, userId, maxSessionsPerUser - 1);
    const sessionId = randomUUID() as SessionId;
    await this.sessions.insert(manager, {
      sessionId,
      userId,
      sessionHash: hashSession(secret),
      createdAt: now,
      expiresAt,
      provenAt: now,
      lastUsedAt: now,
      clientAddress,
      client: oneLine((client ?? '').toWellFormed()).slice(0, maxClientCharacters),
    });
    await this.audit.record(
      manager,
      { actor: `user:${userId}`, userId, clientAddress },
      { action: 'session.open', subject: `session:${sessionId}`, details: { userId, method } },
    );
    return { secret, username, expiresAt, maxAgeSeconds };
  }

  /** Newest first. */
  list(userId: UserId): Promise<SessionEntity[]> {
    return this.sessions.listOf(userId, this.config.WAYBILL_SESSION_IDLE_MINUTES);
  }

  /** Ends the session that the caller came with, everywhere at once. Idempotent; a token has no session. */
  async end(by: AuditActor, caller: Principal): Promise<void> {
    if (caller.kind === 'user') await this.#end(by, caller.userId, caller.sessionId);
  }

  /** Ends one of the user's sessions. Throws `not-found` for everything else (security.md A3, A6). */
  async endOne(by: AuditActor, userId: UserId, sessionId: SessionId): Promise<void> {
    if (await this.#end(by, userId, sessionId)) return;
    throw new DomainError('not-found', 'not-found', 'That session was not found.');
  }

  /** Ends all sessions of the user but the one that asks, and sign-ins that are under way. Idempotent. */
  async endOthers(by: AuditActor, userId: UserId, except: SessionId | undefined): Promise<number> {
    return this.changes.run(async (manager) => {
      await this.users.endBegunSignIns(manager, userId);
      const ended = await this.sessions.endAllOf(manager, userId, except);
      if (ended.length === 0) return 0;
      this.changes.revoked(ended);
      await this.grantsChanged.announce(manager, userId);
      const details = { endedSessions: ended.length };
      await this.audit.record(manager, by, { action: 'session.end', subject: `user:${userId}`, details });
      return ended.length;
    });
  }

  /**
   * Step-up: the session counts as freshly proven (security.md W7). Throws what `PasswordLogin.proveAgain` throws. No other
   * credential has that: a proof of a person at a browser.
   */
  async prove(session: OwnSession, proof: Proof): Promise<void> {
    const { userId, sessionId } = session;
    await this.login.proveAgain(userId, proof);
    await this.changes.run(async (manager) => {
      if (!(await this.sessions.markProven(manager, userId, sessionId))) throw signInAgain();
      // What gateways remember of the session says until when it is proven.
      await this.grantsChanged.announce(manager, userId);
    });
  }

  async #end(by: AuditActor, userId: UserId, sessionId: SessionId): Promise<boolean> {
    return this.changes.run(async (manager) => {
      const sessionHash = await this.sessions.end(manager, userId, sessionId);
      if (sessionHash === undefined) return false;
      this.changes.revoked([sessionHash]);
      await this.grantsChanged.announce(manager, userId);
      await this.audit.record(manager, by, {
        action: 'session.end',
        subject: `session:${sessionId}`,
        details: { userId },
      });
      return true;
    });
  }
}

/** Throws `forbidden` `auth.session-required`: no token, however wide, stands for a person at a browser. */
export function requireSession(caller: Principal): OwnSession {
  if (caller.kind === 'user') return caller;
  if (caller.kind === 'anonymous') throw signInAgain();
  const message = 'A token cannot do this: sign in with a browser session.';
  throw new DomainError('forbidden', 'auth.session-required', message);
}

function signInAgain(): DomainError {
  return new DomainError('unauthenticated', 'auth.required', 'You must sign in to do this.');
}
