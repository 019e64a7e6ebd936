import { Module } from '@nestjs/common';
import { AuditModule } from '@waybill/audit';
import { CredentialChangesModule } from '../credential-changes/credential-changes.module.js';
import { OrganizationStoreModule } from '../organizations/organization-store.module.js';
import { PersonProofModule } from '../person-proof/person-proof.module.js';
import { PublisherTokensModule } from '../tokens/publisher-tokens.module.js';
import { UserAccountsModule } from '../users/user-accounts.module.js';
import { KnownIssuersModule } from './known-issuers.module.js';
import { FetchSlots } from './fetch-slots.js';
import { IdTokenSignatures } from './id-token-signatures.js';
import { IdTokenVerifier } from './id-token-verifier.js';
import { IssuerKeyReader } from './issuer-key-reader.js';
import { KeySetCache } from './key-set-cache.js';
import { OidcIssuerOutbound } from './oidc-issuer-outbound.js';
import { OidcIssuersHttpController } from './oidc-issuers.http.controller.js';
import { OidcIssuers } from './oidc-issuers.service.js';
import { OidcKeySetsRepository } from './oidc-key-sets.repository.js';
import { OidcKeySets } from './oidc-key-sets.js';
import { OidcKeySetsTurn } from './oidc-key-sets.turn.js';
import { OrganizationOidcIssuersHttpController } from './organization-oidc-issuers.http.controller.js';
import { SeenIssuers } from './seen-issuers.js';

@Module({
  imports: [
    AuditModule,
    CredentialChangesModule,
    KnownIssuersModule,
    OrganizationStoreModule,
    PersonProofModule,
    PublisherTokensModule,
    UserAccountsModule,
  ],
  controllers: [OidcIssuersHttpController, OrganizationOidcIssuersHttpController],
  providers: [
    FetchSlots,
    IdTokenSignatures,
    IdTokenVerifier,
    IssuerKeyReader,
    OidcKeySetsRepository,
    OidcKeySetsTurn,
    OidcIssuerOutbound,
    OidcIssuers,
    SeenIssuers,
    {
      provide: KeySetCache,
      useFactory: (reader: IssuerKeyReader, slots: FetchSlots) =>
        new KeySetCache((source) => reader.read(source), slots),
      inject: [IssuerKeyReader, FetchSlots],
    },
    {
      provide: OidcKeySets,
      useFactory: (sets: OidcKeySetsRepository, reader: IssuerKeyReader, slots: FetchSlots) =>
        new OidcKeySets(sets, (source) => reader.read(source), slots),
      inject: [OidcKeySetsRepository, IssuerKeyReader, FetchSlots],
    },
  ],
  exports: [IdTokenVerifier, KnownIssuersModule],
})
export class OidcIssuersModule {}
