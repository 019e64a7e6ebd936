import { Inject, Injectable } from '@nestjs/common';
import type { AuditActor } from '@waybill/audit';
import { actorOfPrincipal, AuditTrail } from '@waybill/audit';
import type { WebLoginWish } from '@waybill/contracts';
import type { Principal, TokenHash, TokenId, TokenScope, UserId } from '@waybill/domain';
import { DomainError } from '@waybill/domain';
import { UnitOfWork } from '@waybill/persistence';
import { SERVICE_CONFIG } from '@waybill/service-host';
import type { EntityManager } from 'typeorm';
import type { AuthConfig } from '../config.js';
import type { ProvenUser } from '../passwords/password-login.service.js';
import { PasswordLogin } from '../passwords/password-login.service.js';
import { UsersRepository } from '../users/users.repository.js';
import type { TokenEntity } from './token.entity.js';
import {
  accessLoginScopes,
  expiryOf,
  isWithinCeiling,
  managementLoginScopes,
  nativeLoginScopes,
  oneLine,
} from './token.rules.js';
import type { MintedToken } from './token-minter.js';
import { TokenMinter } from './token-minter.js';
import { TokenRevoker } from './token-revoker.js';
import { TokensRepository } from './tokens.repository.js';

export interface NewToken {
  readonly description: string;
  readonly scopes: readonly TokenScope[];
  readonly expiresAt: Date | undefined;
}

export interface NativeLogin {
  readonly username: string;
  readonly password: string;
  readonly description: string;
  readonly clientAddress: string;
}

export interface ConfirmedLogin {
  readonly userId: UserId;
  readonly description: string;
  /** Whether it may also manage owners and members. */
  readonly withAccess: boolean;
  readonly wish: WebLoginWish;
}

type Somebody = Exclude<Principal, { kind: 'anonymous' }>;

@Injectable()
export class TokensService {
  constructor(
    private readonly tokens: TokensRepository,
    private readonly minter: TokenMinter,
    private readonly revoker: TokenRevoker,
    private readonly users: UsersRepository,
    private readonly login: PasswordLogin,
    private readonly audit: AuditTrail,
    private readonly unitOfWork: UnitOfWork,
    @Inject(SERVICE_CONFIG) private readonly config: AuthConfig,
  ) {}

  list(owner: UserId): Promise<TokenEntity[]> {
    return this.tokens.listUnrevoked(owner);
  }

  /**
   * `proven`: who proved a password for it, where that was asked for. Throws `forbidden` `token.beyond-ceiling` for a token
   * that wants a wider one (security.md A4), `invalid`, `conflict`.
   */
  async create(by: AuditActor, caller: Principal, wish: NewToken, proven?: ProvenUser): Promise<MintedToken> {
    if (caller.kind === 'anonymous') throw mustSignIn();
    return this.unitOfWork.run(async (manager) => {
      if (proven !== undefined) await this.login.requireStillProven(manager, proven);
      const user = await this.users.lock(manager, caller.userId);
      if (user === undefined || user.suspended) throw mustSignIn();
      const ceiling = await this.#ceilingOf(manager, caller, wish.scopes);
      const expiresAt = this.#expiry(wish.expiresAt, ceiling);
      return this.#mint(manager, by, { ...wish, userId: caller.userId, expiresAt });
    });
  }

  /** A password for a token. Throws like a login. */
  async issueForPassword(request: NativeLogin): Promise<MintedToken & { username: string }> {
    const { description, clientAddress } = request;
    const proven = await this.login.prove(request);
    const { userId, username } = proven;
    const minted = await this.unitOfWork.run(async (manager) => {
      await this.login.requireStillProven(manager, proven);
      const wish = { userId, description, scopes: nativeLoginScopes, expiresAt: this.#expiry(undefined, undefined) };
      return this.#mint(manager, { actor: `user:${userId}`, userId, clientAddress }, wish);
    });
    return { ...minted, username };
  }

  /** Revokes a token that the guard has authorized. Idempotent. */
  async revoke(by: AuditActor, tokenId: TokenId): Promise<void> {
    const owner = (await this.tokens.findUnrevoked(tokenId))?.userId;
    if (owner === undefined) return;
    await this.revoker.revoke(by, { tokenId }, { reason: owner === by.userId ? 'owner' : 'admin' });
  }

  /** A native logout; false when the principal owns no such token, or it was revoked before. */
  async revokeOwn(principal: Principal, tokenHash: TokenHash): Promise<boolean> {
    if (principal.kind === 'anonymous') throw mustSignIn();
    const selection = { tokenHash, userId: principal.userId };
    return (await this.revoker.revoke(actorOfPrincipal(principal), selection, { reason: 'logout' })) > 0;
  }

  /** For a client whose login somebody has confirmed, within the transaction that used the confirmation up. */
  async issueConfirmed(manager: EntityManager, by: AuditActor, wish: ConfirmedLogin): Promise<MintedToken> {
    const { userId, description } = wish;
    if (wish.wish === 'management') {
      const expiresAt = new Date(Date.now() + this.config.WAYBILL_SESSION_MAX_HOURS * 3_600_000);
      return this.#mint(manager, by, { userId, description, scopes: managementLoginScopes, expiresAt });
    }
    const scopes = wish.withAccess ? accessLoginScopes : nativeLoginScopes;
    return this.#mint(manager, by, { userId, description, scopes, expiresAt: this.#expiry(undefined, undefined) });
  }

  /** Tokens that were found in a package. */
  reportLeaked(tokenHashes: readonly TokenHash[], foundIn: string): Promise<number> {
    return this.revoker.revoke({ actor: 'scanner' }, { tokenHashes }, { reason: 'leaked', foundIn: oneLine(foundIn) });
  }

  async #ceilingOf(manager: EntityManager, caller: Somebody, scopes: readonly TokenScope[]): Promise<Date | undefined> {
    if (caller.kind === 'user') return undefined;
    const parent = await this.tokens.lockWorking(manager, caller.tokenId);
    if (parent === undefined) throw mustSignIn();
    if (isWithinCeiling(scopes, parent.scopes)) return parent.expiresAt;
    throw new DomainError(
      'forbidden',
      'token.beyond-ceiling',
      'A token cannot create one that may do more than itself.',
    );
  }

  #expiry(wanted: Date | undefined, ceiling: Date | undefined): Date {
    const { WAYBILL_TOKEN_DEFAULT_DAYS: defaultDays, WAYBILL_TOKEN_MAX_DAYS: maxDays } = this.config;
    return expiryOf({ now: new Date(), wanted, defaultDays, maxDays, ceiling });
  }

  async #mint(manager: EntityManager, by: AuditActor, wish: NewToken & { userId: UserId; expiresAt: Date }) {
    const minted = await this.minter.mint(manager, wish);
    const { tokenId, userId, prefix, scopes, expiresAt } = minted.token;
    const details = { userId, prefix, scopes, expiresAt: expiresAt.toISOString() };
    await this.audit.record(manager, by, { action: 'token.create', subject: `token:${tokenId}`, details });
    return minted;
  }
}

export function mustSignIn(): DomainError {
  return new DomainError('unauthenticated', 'auth.required', 'You must sign in to do this.');
}
