import { Controller } from '@nestjs/common';
import type { ReplyOf, RequestOf } from '@waybill/contracts';
import { createToken, listTokens, revokeTokenByKey } from '@waybill/contracts';
import { Answers } from '@waybill/messaging';
import { keyOfToken, OwnTokens } from './own-tokens.service.js';
import type { TokenEntity } from './token.entity.js';
import { isReadOnly } from './token.rules.js';

@Controller()
export class OwnTokensMessageController {
  constructor(private readonly tokens: OwnTokens) {}

  @Answers(listTokens)
  async list({ principal }: RequestOf<typeof listTokens>): Promise<ReplyOf<typeof listTokens>> {
    return { tokens: (await this.tokens.list(principal)).map(describe) };
  }

  @Answers(createToken)
  async create({ principal, ...wish }: RequestOf<typeof createToken>): Promise<ReplyOf<typeof createToken>> {
    const { token, text } = await this.tokens.create(principal, wish);
    return { text, token: describe(token) };
  }

  @Answers(revokeTokenByKey)
  async revoke({ principal, key }: RequestOf<typeof revokeTokenByKey>): Promise<ReplyOf<typeof revokeTokenByKey>> {
    return { revoked: await this.tokens.revokeByKey(principal, key) };
  }
}

function describe(token: TokenEntity): ReplyOf<typeof listTokens>['tokens'][number] {
  return {
    key: keyOfToken(token),
    prefix: token.prefix.replace('…', ''),
    description: token.description,
    scopes: token.scopes.map(({ actions, on }) => ({ actions: [...actions], on })),
    readOnly: isReadOnly(token.scopes),
    createdAt: token.createdAt.toISOString(),
    expiresAt: token.expiresAt.toISOString(),
    lastUsedAt: token.lastUsedAt?.toISOString() ?? null,
  };
}
