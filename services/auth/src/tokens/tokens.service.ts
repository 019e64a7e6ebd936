import { Inject, Injectable } from '@nestjs/common';
import type { AuditActor } from '@waybill/audit';
import { actorOfPrincipal, AuditTrail } from '@waybill/audit';
import type { Principal, TokenHash, TokenId, UserId } from '@waybill/domain';
import { DomainError } from '@waybill/domain';
import { UnitOfWork } from '@waybill/persistence';
import { SERVICE_CONFIG } from '@waybill/service-host';
import type { EntityManager } from 'typeorm';
import type { AuthConfig } from '../config.js';
import { PasswordLogin } from '../passwords/password-login.service.js';
import type { WebLoginWish } from '@waybill/contracts';
import { mustSignIn } from './must-sign-in.js';
import type { TokenEntity } from './token.entity.js';
import { accessLoginScopes, managementLoginScopes, nativeLoginScopes, oneLine } from './token.rules.js';
import { TokenCreation } from './token-creation.service.js';
import type { MintedToken } from './token-minter.js';
import { TokenRevoker } from './token-revoker.js';
import type { TokenPlace } from './tokens.repository.js';
import { TokensRepository } from './tokens.repository.js';

export interface NativeLogin {
  readonly username: string;
  readonly password: string;
  readonly code?: string | undefined;
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

const personal = { organizationId: null, parent: undefined };

@Injectable()
export class TokensService {
  constructor(
    private readonly tokens: TokensRepository,
    private readonly creation: TokenCreation,
    private readonly revoker: TokenRevoker,
    private readonly login: PasswordLogin,
    private readonly audit: AuditTrail,
    private readonly unitOfWork: UnitOfWork,
    @Inject(SERVICE_CONFIG) private readonly config: AuthConfig,
  ) {}

  /** Tokens of one owner that are not revoked, newest first. */
  page(owner: UserId, limit: number, after?: TokenPlace): Promise<TokenEntity[]> {
    return this.tokens.page(owner, limit, after);
  }

  /** The same of those that were created with one of the owner's tokens: whoever revokes that one sees what it leaves. */
  pageCreatedWith(owner: UserId, creator: TokenId, limit: number, after?: TokenPlace): Promise<TokenEntity[]> {
    return this.tokens.pageCreatedWith(owner, creator, limit, after);
  }

  /** Throws `not-found` for one that is revoked, or somebody else's (security.md A3). */
  async view(owner: UserId, tokenId: TokenId): Promise<TokenEntity> {
    const token = await this.tokens.findUnrevoked(tokenId);
    if (token === undefined || token.userId !== owner) throw tokenNotFound();
    return token;
  }

  /** Changes what people call it. `requireVersion` throws where the caller has read an older version. Errors: `not-found`. */
  describe(
    by: AuditActor,
    { owner, tokenId }: { readonly owner: UserId; readonly tokenId: TokenId },
    change: { readonly description: string | undefined; readonly requireVersion: (version: number) => void },
  ): Promise<TokenEntity> {
    return this.unitOfWork.run(async (manager) => {
      const token = await this.tokens.lockUnrevoked(manager, tokenId);
      if (token === undefined || token.userId !== owner) throw tokenNotFound();
      change.requireVersion(token.version);
      const description = change.description === undefined ? token.description : oneLine(change.description);
      if (description === token.description) return token;
      const details = { before: token.description, description };
      await this.audit.record(manager, by, { action: 'token.change', subject: `token:${tokenId}`, details });
      return this.tokens.describe(manager, token, description);
    });
  }

  /** A password for a token. Throws like a login. */
  async issueForPassword(request: NativeLogin): Promise<MintedToken & { username: string }> {
    const { description, clientAddress } = request;
    const proven = await this.login.prove(request);
    const { userId, username } = proven;
    const minted = await this.unitOfWork.run(async (manager) => {
      await this.login.requireStillProven(manager, proven);
      const wish = { userId, description, scopes: nativeLoginScopes, expiresAt: this.creation.defaultExpiry() };
      return this.creation.mint(manager, { actor: `user:${userId}`, userId, clientAddress }, wish, personal);
    });
    return { ...minted, username };
  }

  /** For a client whose login somebody has confirmed, within the transaction that used the confirmation up. */
  issueConfirmed(manager: EntityManager, by: AuditActor, login: ConfirmedLogin): Promise<MintedToken> {
    const { userId, description, withAccess, wish } = login;
    if (wish === 'management') {
      const expiresAt = new Date(Date.now() + this.config.WAYBILL_SESSION_MAX_HOURS * 3_600_000);
      const scopes = managementLoginScopes;
      return this.creation.mint(manager, by, { userId, description, scopes, expiresAt, isLogin: true }, personal);
    }
    const scopes = withAccess ? accessLoginScopes : nativeLoginScopes;
    const expiresAt = this.creation.defaultExpiry();
    return this.creation.mint(manager, by, { userId, description, scopes, expiresAt }, personal);
  }

  /** Revokes a token that the guard has authorized. Idempotent. */
  async revoke(by: AuditActor, tokenId: TokenId): Promise<void> {
    const owner = (await this.tokens.findUnrevoked(tokenId))?.userId;
    if (owner === undefined) return;
    await this.revoker.revoke(by, { tokenId }, { reason: owner === by.userId ? 'owner' : 'admin' });
  }

  /** Ends the token that asks. Throws `unauthenticated`, and `forbidden` `token.current-needs-token` for a session. */
  async revokeCurrent(by: AuditActor, caller: Principal): Promise<void> {
    if (caller.kind === 'anonymous') throw mustSignIn();
    if (caller.kind === 'user') {
      throw new DomainError(
        'forbidden',
        'token.current-needs-token',
        'This ends the token that you come with: sign out.',
      );
    }
    await this.revoker.revoke(by, { tokenId: caller.tokenId }, { reason: 'logout' });
  }

  /** A native logout; false when the principal owns no such token, or it was revoked before. */
  async revokeOwn(principal: Principal, tokenHash: TokenHash): Promise<boolean> {
    if (principal.kind === 'anonymous') throw mustSignIn();
    const selection = { tokenHash, userId: principal.userId };
    return (await this.revoker.revoke(actorOfPrincipal(principal), selection, { reason: 'logout' })) > 0;
  }
}

export function tokenNotFound(): DomainError {
  return new DomainError('not-found', 'not-found', 'That token was not found.');
}
