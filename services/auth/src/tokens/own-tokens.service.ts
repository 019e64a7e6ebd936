import { Injectable } from '@nestjs/common';
import type { AuditActor } from '@waybill/audit';
import { actorOfPrincipal } from '@waybill/audit';
import { tokenId } from '@waybill/contracts';
import type { Principal, TokenId } from '@waybill/domain';
import { DomainError } from '@waybill/domain';
import { PasswordLogin } from '../passwords/password-login.service.js';
import { requireAllowed } from '../require-allowed.js';
import { mustSignIn } from './must-sign-in.js';
import type { TokenEntity } from './token.entity.js';
import type { PackageOfScope } from './token.rules.js';
import { isWithinCeiling, scopesOfWish } from './token.rules.js';
import { TokenCreation } from './token-creation.service.js';
import type { MintedToken } from './token-minter.js';
import { TokenRevoker } from './token-revoker.js';
import { TokensRepository } from './tokens.repository.js';

export interface TokenForClient {
  readonly password: string;
  readonly code?: string | undefined;
  readonly description: string;
  readonly readOnly: boolean;
  readonly expiresInDays?: number;
  readonly packages?: readonly PackageOfScope[];
  readonly clientAddress: string;
}

type TokenPrincipal = Extract<Principal, { kind: 'token' }>;

/** What native clients do with their owner's tokens (`npm token`). */
@Injectable()
export class OwnTokens {
  constructor(
    private readonly tokens: TokensRepository,
    private readonly creation: TokenCreation,
    private readonly revoker: TokenRevoker,
    private readonly login: PasswordLogin,
  ) {}

  /** The caller's tokens that work. A token needs `read` on everything for that: a narrow one sees no others. */
  async list(caller: Principal): Promise<TokenEntity[]> {
    if (caller.kind === 'anonymous') throw mustSignIn();
    const resource = { kind: 'account' as const, userId: caller.userId };
    requireAllowed(caller, 'read', { resource, what: 'Your list of tokens' });
    return this.tokens.listWorking(caller.userId);
  }

  /** The password stands for the `admin` that `/api/v1` asks for. Throws like a login and like `TokenCreation.create`. */
  async create(caller: Principal, wish: TokenForClient): Promise<MintedToken> {
    if (caller.kind === 'anonymous') throw mustSignIn();
    const { password, code, clientAddress, description } = wish;
    if (wish.packages?.length === 0) {
      throw new DomainError('invalid', 'token.scopes-malformed', 'A token for packages names at least one.');
    }
    const proven = await this.login.prove({ username: caller.username, password, code, clientAddress });
    if (proven.userId !== caller.userId) throw mustSignIn();
    const by: AuditActor = { ...actorOfPrincipal(caller), clientAddress };
    const scopes = scopesOfWish(wish);
    return this.creation.create(by, caller, { description, scopes, expiresAt: inDays(wish.expiresInDays) }, proven);
  }

  /**
   * Revokes one of the caller's own by its key; false when there is none. A person's token ends itself and those that may
   * do no more than it: a leaked narrow one shuts nobody out. Where many machines share an account, a token ends itself and
   * what was made from it; one of a trusted publisher itself alone. Throws `forbidden` `token.beyond-ceiling`.
   */
  async revokeByKey(caller: Principal, key: string): Promise<boolean> {
    if (caller.kind === 'anonymous') throw mustSignIn();
    const id = tokenIdOf(key);
    const token = id && (await this.tokens.findUnrevoked(id));
    if (token === undefined || token.userId !== caller.userId) return false;
    // Tokens of trusted publishers of many organizations share an account: none learns which others there are (A6).
    if (token.kind === 'publisher' && !(caller.kind === 'token' && caller.tokenId === token.tokenId)) return false;
    const { tokenId: ended, tokenHash, userId } = token;
    if (caller.kind === 'token' && caller.tokenId !== ended && !(await this.#mayEnd(caller, token))) {
      throw new DomainError(
        'forbidden',
        'token.beyond-ceiling',
        'A token cannot revoke one that may do more than itself, or that another machine works with.',
      );
    }
    return (await this.revoker.revoke(actorOfPrincipal(caller), { tokenHash, userId }, { reason: 'owner' })) > 0;
  }

  /** One that was made from a token ends what was made from it, never what it was made from, however equal their scopes are. */
  async #mayEnd(caller: TokenPrincipal, token: TokenEntity): Promise<boolean> {
    if (token.kind === 'personal' && caller.ceilings === undefined) return isWithinCeiling(token.scopes, caller.scopes);
    return token.createdWithId === caller.tokenId || (await this.tokens.descends(token, caller.tokenId));
  }
}

/** 32 hexadecimal digits: the token's id without its hyphens. */
export function keyOfToken({ tokenId: id }: TokenEntity): string {
  return id.replaceAll('-', '');
}

function tokenIdOf(key: string): TokenId | undefined {
  const parts = /^([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})$/.exec(key);
  return parts === null ? undefined : tokenId.safeParse(parts.slice(1).join('-')).data;
}

function inDays(days: number | undefined): Date | undefined {
  return days === undefined ? undefined : new Date(Date.now() + days * 86_400_000);
}
