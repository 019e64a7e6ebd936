import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { TokenId, TokenScope, TokenText, UserId } from '@waybill/domain';
import { DomainError, hashToken, newTokenText } from '@waybill/domain';
import type { EntityManager } from 'typeorm';
import type { TokenEntity } from './token.entity.js';
import { oneLine, shownPrefix } from './token.rules.js';
import { TokensRepository } from './tokens.repository.js';

export interface TokenWish {
  readonly userId: UserId;
  readonly description: string;
  readonly scopes: readonly TokenScope[];
  readonly expiresAt: Date;
}

export interface MintedToken {
  readonly token: TokenEntity;
  /** Shown once, to whoever asked; never stored or logged. */
  readonly text: TokenText;
}

const maxWorkingTokensPerUser = 200;

/** Makes a token within a transaction that has locked its user, so that the bound on their number holds. */
@Injectable()
export class TokenMinter {
  constructor(private readonly tokens: TokensRepository) {}

  /** Throws `conflict` `token.too-many`. */
  async mint(manager: EntityManager, wish: TokenWish): Promise<MintedToken> {
    if ((await this.tokens.countWorking(manager, wish.userId)) >= maxWorkingTokensPerUser) {
      throw new DomainError(
        'conflict',
        'token.too-many',
        `Nobody has more than ${maxWorkingTokensPerUser} tokens at a time: revoke one first.`,
      );
    }
    const text = newTokenText();
    const token: TokenEntity = {
      ...wish,
      description: oneLine(wish.description),
      tokenId: randomUUID() as TokenId,
      tokenHash: hashToken(text),
      prefix: shownPrefix(text),
      createdAt: new Date(),
      lastUsedAt: null,
      revokedAt: null,
    };
    await this.tokens.insert(manager, token);
    return { token, text };
  }
}
