import { Module } from '@nestjs/common';
import { IssuersInUse } from './issuers-in-use.js';
import { KnownIssuers } from './known-issuers.js';
import { OidcIssuersRepository } from './oidc-issuers.repository.js';

/** Issuers as other nouns need them. */
@Module({
  providers: [IssuersInUse, KnownIssuers, OidcIssuersRepository],
  exports: [IssuersInUse, KnownIssuers, OidcIssuersRepository],
})
export class KnownIssuersModule {}
