import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { PublisherId, ReleasePath, TokenId, TokenScope, TokenText, UserId } from '@waybill/domain';
import { DomainError, hashToken, newTokenText } from '@waybill/domain';
import type { EntityManager } from 'typeorm';
import type { TokenEntity, TokenKind } from './token.entity.js';
import { oneLine, shownPrefix } from './token.rules.js';
import type { Shortening } from './outliving.rules.js';
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

/** A token for trusted publishers; the first of them is the one that it is shown as. */
export interface PublisherTokenWish {
  readonly userId: UserId;
  readonly description: string;
  readonly scopes: readonly TokenScope[];
  readonly expiresAt: Date;
  readonly publisherIds: readonly [PublisherId, ...PublisherId[]];
  readonly releasePath: ReleasePath;
}

export interface MintedToken {
  readonly token: TokenEntity;
  /** Shown once, to whoever asked; never stored or logged. */
  readonly text: TokenText;
  /** Why it ends sooner than by default, where nobody asked for that. */
  readonly shortenedBy?: Shortening;
}

const maxWorkingTokensPerUser = 200;
/** A job that publishes hundreds of packages has one for each, a quarter of an hour long. */
const maxWorkingTokensPerPublisher = 500;
const publisherRetrySeconds = 60;
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

  /** One for trusted publishers, of which the first is locked. Throws `limit` `oidc.too-many-tokens`. */
  async mintForPublisher(manager: EntityManager, wish: PublisherTokenWish): Promise<MintedToken> {
    if ((await this.tokens.countStanding(manager, wish.userId)) >= maxWorkingTokensPerPublisher) {
      const message = `A trusted publisher has at most ${maxWorkingTokensPerPublisher} tokens at a time: end those that are not needed, or wait.`;
      throw new DomainError('limit', 'oidc.too-many-tokens', message, { retryAfterSeconds: publisherRetrySeconds });
    }
    return this.#insert(manager, { ...wish, kind: 'publisher' }, undefined);
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

  async #insert(
    manager: EntityManager,
    wish: TokenWish & Partial<PublisherTokenWish>,
    parent: TokenEntity | undefined,
  ): Promise<MintedToken> {
    const text = newTokenText();
    const { kind = 'personal', createdBy = null, createdWith = null, isLogin = false, description, ...rest } = wish;
    const { publisherIds = [], releasePath = null, ...own } = rest;
    const token: TokenEntity = {
      ...own,
      publisherIds: [...publisherIds],
      releasePath,
      kind: parent?.kind ?? kind,
      isLogin,
      createdBy,
      createdWithId: createdWith,
      parentId: parent?.tokenId ?? null,
      rootId: parent === undefined ? null : (parent.rootId ?? parent.tokenId),
      ceilings: parent === undefined ? [] : [parent.scopes, ...parent.ceilings],
      description: oneLine(description),
      tokenId: randomUUID() as TokenId,
      tokenHash: hashToken(text),
      prefix: shownPrefix(text),
      version: 1,
      createdAt: new Date(),
      lastUsedAt: null,
      lastUsedAddress: null,
      lastUsedClient: null,
      warnedDays: null,
      revokedAt: null,
    };
    await this.tokens.insert(manager, token);
    return { token, text };
  }
}

function tooMany(message: string): DomainError {
  return new DomainError('conflict', 'token.too-many', message);
}

/** It has one use, for a quarter of an hour (security.md T10). */
export function ofPublisher(): DomainError {
  return new DomainError('forbidden', 'token.publisher-only', 'A token of a trusted publisher makes no other tokens.');
}
