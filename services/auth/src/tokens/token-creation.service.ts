import { Inject, Injectable } from '@nestjs/common';
import type { AuditActor } from '@waybill/audit';
import { AuditTrail } from '@waybill/audit';
import type { OrganizationId, Principal, TokenScope, UserId } from '@waybill/domain';
import { DomainError, scopeListsOf } from '@waybill/domain';
import { UnitOfWork } from '@waybill/persistence';
import { SERVICE_CONFIG } from '@waybill/service-host';
import type { EntityManager } from 'typeorm';
import type { AuthConfig } from '../config.js';
import type { ProvenUser } from '../passwords/password-login.service.js';
import { PasswordLogin } from '../passwords/password-login.service.js';
import { TokenPoliciesRepository } from '../token-policies/token-policies.repository.js';
import { UsersRepository } from '../users/users.repository.js';
import { mustSignIn } from './must-sign-in.js';
import { ceilingOfAsking, shorteningOf } from './outliving.rules.js';
import type { TokenEntity, TokenKind } from './token.entity.js';
import { expiryOf, isWithinCeiling } from './token.rules.js';
import type { MintedToken, TokenWish } from './token-minter.js';
import { ofPublisher, TokenMinter } from './token-minter.js';
import { TokensRepository } from './tokens.repository.js';

export interface NewToken {
  readonly description: string;
  readonly scopes: readonly TokenScope[];
  readonly expiresAt: Date | undefined;
}

/** Whom a token is made for that is not for its creator. */
export interface TokenOwner {
  readonly userId: UserId;
  readonly kind: Exclude<TokenKind, 'personal'>;
  readonly organizationId: OrganizationId;
}

/** Makes tokens: never wider nor longer-lived than the token that asks for them, nor than policies let them be (A4). */
@Injectable()
export class TokenCreation {
  constructor(
    private readonly tokens: TokensRepository,
    private readonly minter: TokenMinter,
    private readonly users: UsersRepository,
    private readonly policies: TokenPoliciesRepository,
    private readonly login: PasswordLogin,
    private readonly audit: AuditTrail,
    private readonly unitOfWork: UnitOfWork,
    @Inject(SERVICE_CONFIG) private readonly config: AuthConfig,
  ) {}

  /**
   * A token of the caller's own. `proven`: who proved a password for it, where that was asked for. Throws `forbidden`
   * `token.beyond-ceiling` for a token that wants a wider one, `invalid`, `conflict`.
   */
  create(by: AuditActor, caller: Principal, wish: NewToken, proven?: ProvenUser): Promise<MintedToken> {
    return this.unitOfWork.run(async (manager) => {
      if (caller.kind === 'anonymous') throw mustSignIn();
      if (proven !== undefined) await this.login.requireStillProven(manager, proven);
      const user = await this.users.lock(manager, caller.userId);
      if (user === undefined || user.suspended) throw mustSignIn();
      const asking = await this.#asking(manager, caller, wish.scopes);
      const { userId, organizationId } = user;
      const kind = organizationId === null ? 'personal' : 'service';
      const lifetime = await this.#lifetime(manager, wish.expiresAt, { asking, organizationId, madeFor: 'oneself' });
      // A password makes a token that leans on no other: what a client's login was used for outlives the login.
      const createdWith = asking === undefined || proven !== undefined ? {} : { createdWith: asking.tokenId };
      const whole = { ...wish, userId, kind, expiresAt: lifetime.expiresAt, ...createdWith } as const;
      const parent = asking?.parentId === null ? undefined : asking;
      return { ...(await this.mint(manager, by, whole, { organizationId, parent })), ...lifetime.shortened };
    });
  }

  /** A token of a service account or a repository; the caller was allowed to make it. Throws like `create`. */
  async createFor(
    manager: EntityManager,
    by: AuditActor,
    { caller, owner, wish }: { readonly caller: Principal; readonly owner: TokenOwner; readonly wish: NewToken },
  ): Promise<MintedToken> {
    const { userId, kind, organizationId } = owner;
    if (caller.kind === 'anonymous') throw mustSignIn();
    const user = await this.users.lock(manager, userId);
    if (user === undefined || user.suspended) {
      throw new DomainError('conflict', 'token.owner-suspended', 'Whoever is suspended gets no token.');
    }
    const asking = await this.#asking(manager, caller, wish.scopes);
    // It would stay when the tokens end that the one which asks comes from.
    if (asking !== undefined && asking.parentId !== null) throw beyondCeiling();
    const lifetime = await this.#lifetime(manager, wish.expiresAt, { asking, organizationId, madeFor: 'another' });
    const { expiresAt, shortened } = lifetime;
    const createdWith = asking === undefined ? {} : { createdWith: asking.tokenId };
    const whole = { ...wish, userId, kind, expiresAt, createdBy: caller.userId, ...createdWith };
    return { ...(await this.mint(manager, by, whole, { organizationId, parent: undefined })), ...shortened };
  }

  /** Mints and audits, within a transaction that has locked the user. */
  async mint(
    manager: EntityManager,
    by: AuditActor,
    wish: TokenWish,
    {
      organizationId,
      parent,
    }: { readonly organizationId: OrganizationId | null; readonly parent: TokenEntity | undefined },
  ): Promise<MintedToken> {
    const minted =
      parent === undefined ? await this.minter.mint(manager, wish) : await this.minter.mintFrom(manager, parent, wish);
    const { tokenId, userId, kind, prefix, scopes, expiresAt, parentId } = minted.token;
    const details = { userId, kind, prefix, scopes, expiresAt: expiresAt.toISOString() };
    await this.audit.record(manager, by, {
      action: 'token.create',
      subject: `token:${tokenId}`,
      ...(organizationId === null ? {} : { organizationId }),
      details: parentId === null ? details : { ...details, parent: parentId },
    });
    return minted;
  }

  /** When a token ends whose creator said nothing about it. */
  defaultExpiry(): Date {
    return this.#expiryOf(undefined, undefined, undefined);
  }

  /** The token that asks, locked; undefined for a session. Throws where what is wanted is wider than that token. */
  async #asking(
    manager: EntityManager,
    caller: Exclude<Principal, { kind: 'anonymous' }>,
    wanted: readonly TokenScope[],
  ): Promise<TokenEntity | undefined> {
    if (caller.kind === 'user') return undefined;
    const asking = await this.tokens.lockWorkingAlone(manager, caller.tokenId);
    if (asking === undefined) throw mustSignIn();
    if (asking.kind === 'publisher') throw ofPublisher();
    if (scopeListsOf(asking).every((ceiling) => isWithinCeiling(wanted, ceiling))) return asking;
    throw beyondCeiling();
  }

  async #lifetime(
    manager: EntityManager,
    wanted: Date | undefined,
    { asking, organizationId, madeFor }: NewLifetime,
  ): Promise<{ expiresAt: Date; shortened: Pick<MintedToken, 'shortenedBy'> }> {
    const policy = organizationId === null ? undefined : await this.policies.find(organizationId, manager);
    const now = new Date();
    const ceiling = asking && ceilingOfAsking(asking, madeFor, now);
    const expiresAt = this.#expiryOf(wanted, ceiling, policy?.maxTokenDays ?? undefined);
    const defaultDays = this.config.WAYBILL_TOKEN_DEFAULT_DAYS;
    const shortenedBy = shorteningOf(expiresAt, { now, wanted, defaultDays, ceiling });
    return { expiresAt, shortened: shortenedBy === undefined ? {} : { shortenedBy } };
  }

  #expiryOf(wanted: Date | undefined, ceiling: Date | undefined, policyDays: number | undefined): Date {
    const { WAYBILL_TOKEN_DEFAULT_DAYS: defaultDays, WAYBILL_TOKEN_MAX_DAYS: longestDays } = this.config;
    const maxDays = Math.min(longestDays, policyDays ?? longestDays);
    return expiryOf({ now: new Date(), wanted, defaultDays, maxDays, ceiling });
  }
}

interface NewLifetime {
  readonly asking: TokenEntity | undefined;
  readonly organizationId: OrganizationId | null;
  readonly madeFor: 'oneself' | 'another';
}

function beyondCeiling(): DomainError {
  return new DomainError(
    'forbidden',
    'token.beyond-ceiling',
    'A token cannot create one that may do more than itself.',
  );
}
