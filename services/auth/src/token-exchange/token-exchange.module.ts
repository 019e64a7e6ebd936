import { Module } from '@nestjs/common';
import { AuditModule } from '@waybill/audit';
import { KnownIssuersModule } from '../oidc-issuers/known-issuers.module.js';
import { OidcIssuersModule } from '../oidc-issuers/oidc-issuers.module.js';
import { TokensModule } from '../tokens/tokens.module.js';
import { TrustedPublisherStoreModule } from '../trusted-publishers/trusted-publisher-store.module.js';
import { ExchangeCare } from './exchange-care.turn.js';
import { ExchangeThrottle } from './exchange.throttle.js';
import { MintedTokensRepository } from './minted-tokens.repository.js';
import { OidcReplaysRepository } from './oidc-replays.repository.js';
import { PublisherMinting } from './publisher-minting.service.js';
import { PublisherTokensModule } from '../tokens/publisher-tokens.module.js';
import { TokenExchangeHttpController } from './token-exchange.http.controller.js';
import { TokenExchangeMessageController } from './token-exchange.message.controller.js';
import { TokenExchange } from './token-exchange.service.js';

@Module({
  imports: [
    AuditModule,
    KnownIssuersModule,
    OidcIssuersModule,
    PublisherTokensModule,
    TokensModule,
    TrustedPublisherStoreModule,
  ],
  controllers: [TokenExchangeHttpController, TokenExchangeMessageController],
  providers: [
    ExchangeCare,
    ExchangeThrottle,
    MintedTokensRepository,
    OidcReplaysRepository,
    PublisherMinting,
    TokenExchange,
  ],
})
export class TokenExchangeModule {}
