import { Controller } from '@nestjs/common';
import type { ReplyOf, RequestOf } from '@waybill/contracts';
import { exchangeIdToken } from '@waybill/contracts';
import { Answers } from '@waybill/messaging';
import { TokenExchange } from './token-exchange.service.js';

/** For the native endpoints of the ecosystems. */
@Controller()
export class TokenExchangeMessageController {
  constructor(private readonly exchange: TokenExchange) {}

  @Answers(exchangeIdToken)
  async exchangeToken(wish: RequestOf<typeof exchangeIdToken>): Promise<ReplyOf<typeof exchangeIdToken>> {
    const { text, createdAt, expiresAt, scopes, publisherId, provider } = await this.exchange.exchange(wish);
    return {
      token: text,
      createdAt: createdAt.toISOString(),
      expiresAt: expiresAt.toISOString(),
      publisherId,
      provider,
      packages: scopes.flatMap(({ on }) =>
        on.kind === 'package' ? [{ repositoryId: on.repositoryId, packagePurl: on.purl }] : [],
      ),
      actions: [...new Set(scopes.flatMap(({ actions }) => actions))],
    };
  }
}
