import { Injectable } from '@nestjs/common';
import type { TokenId, TokenScope, UserId } from '@waybill/domain';
import { DomainError } from '@waybill/domain';
import type { EntityManager } from 'typeorm';
import type { TokenEntity, TokenKind } from './token.entity.js';
import type { Shortening } from './outliving.rules.js';
import type { NewToken } from './new-token.js';
import { newToken } from './new-token.js';
import { maxDepth } from './token-scopes.schema.js';
import { TokensRepository } from './tokens.repository.js';

export interface TokenWish {
  readonly userId: UserId;
  readonly description: string;
  readonly scopes: readonly TokenScope[];
  readonly expiresAt: Date;
  /** `personal` unless given. */
  readonly kind?: TokenKind;
  readonly createdBy?: UserId;
  /** A token with which it was created, though it stands by itself. */
  readonly createdWith?: TokenId;
  /** A login of the command line. */
  readonly isLogin?: boolean;
}

export interface MintedToken extends NewToken {
  /** Why it ends sooner than by default, where nobody asked for that. */
  readonly shortenedBy?: Shortening;
}

const maxWorkingTokensPerUser = 200;
const maxChildren = 100;
const maxDescendants = 500;

/** Makes a token within a transaction that has locked its user, or its parent, so that the bounds on their number hold. */
@Injectable()
export class TokenMinter {
  constructor(private readonly tokens: TokensRepository) {}

  /** A token that stands by itself. Throws `conflict` `token.too-many`. */
  async mint(manager: EntityManager, wish: TokenWish): Promise<MintedToken> {
    if ((await this.tokens.countStanding(manager, wish.userId)) >= maxWorkingTokensPerUser) {
      throw tooMany(`Nobody has more than ${maxWorkingTokensPerUser} tokens at a time: revoke one first.`);
    }
    return this.#insert(manager, wish, undefined);
  }

  /**
   * A token that does only what its parent does as well, and ends with it; the parent is locked. Throws `conflict`
   * `token.too-many`, `token.too-deep`.
   */
  async mintFrom(manager: EntityManager, parent: TokenEntity, wish: TokenWish): Promise<MintedToken> {
    if (parent.kind === 'publisher') throw ofPublisher();
    if (parent.ceilings.length >= maxDepth) {
      throw new DomainError('conflict', 'token.too-deep', `Tokens are made from tokens ${maxDepth} times, no more.`);
    }
    const { children, descendants } = await this.tokens.countDescendants(manager, parent);
    if (children >= maxChildren || descendants >= maxDescendants) {
      throw tooMany('So many tokens made from this one work at present: revoke some, or let them expire sooner.');
    }
    return this.#insert(manager, wish, parent);
  }

  async #insert(manager: EntityManager, wish: TokenWish, parent: TokenEntity | undefined): Promise<MintedToken> {
    const minted = newToken(wish, parent);
    await this.tokens.insert(manager, minted.token);
    return minted;
  }
}

function tooMany(message: string): DomainError {
  return new DomainError('conflict', 'token.too-many', message);
}

/** It has one use, for a quarter of an hour (security.md T10). */
export function ofPublisher(): DomainError {
  return new DomainError('forbidden', 'token.publisher-only', 'A token of a trusted publisher makes no other tokens.');
}
