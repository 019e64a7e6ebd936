import { Module } from '@nestjs/common';
import { AuditModule } from '@waybill/audit';
import { CredentialChangesModule } from '../credential-changes/credential-changes.module.js';
import { OrganizationStoreModule } from '../organizations/organization-store.module.js';
import { PublisherTokensModule } from '../tokens/publisher-tokens.module.js';
import { UserAccountsModule } from '../users/user-accounts.module.js';
import { KnownIssuersModule } from './known-issuers.module.js';
import { FetchSlots } from './fetch-slots.js';
import { IdTokenVerifier } from './id-token-verifier.js';
import { IssuerKeyReader } from './issuer-key-reader.js';
import { KeySetCache } from './key-set-cache.js';
import { OidcIssuerOutbound } from './oidc-issuer-outbound.js';
import { OidcIssuersHttpController } from './oidc-issuers.http.controller.js';
import { OidcIssuers } from './oidc-issuers.service.js';
import { OrganizationOidcIssuersHttpController } from './organization-oidc-issuers.http.controller.js';

@Module({
  imports: [
    AuditModule,
    CredentialChangesModule,
    KnownIssuersModule,
    OrganizationStoreModule,
    PublisherTokensModule,
    UserAccountsModule,
  ],
  controllers: [OidcIssuersHttpController, OrganizationOidcIssuersHttpController],
  providers: [
    IdTokenVerifier,
    IssuerKeyReader,
    OidcIssuerOutbound,
    OidcIssuers,
    {
      provide: KeySetCache,
      useFactory: (reader: IssuerKeyReader) => new KeySetCache((source) => reader.read(source), new FetchSlots()),
      inject: [IssuerKeyReader],
    },
  ],
  exports: [IdTokenVerifier, KnownIssuersModule],
})
export class OidcIssuersModule {}
