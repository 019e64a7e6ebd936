import { Module } from '@nestjs/common';
import { AuditModule } from '@waybill/audit';
import { CredentialChangesModule } from '../credential-changes/credential-changes.module.js';
import { CredentialEnderModule } from '../credential-ender/credential-ender.module.js';
import { OrganizationStoreModule } from '../organizations/organization-store.module.js';
import { TokensModule } from '../tokens/tokens.module.js';
import { UserAccountsModule } from '../users/user-accounts.module.js';
import { ServiceAccountTokensHttpController } from './service-account-tokens.http.controller.js';
import { ServiceAccountTokens } from './service-account-tokens.service.js';
import { ServiceAccountsHttpController } from './service-accounts.http.controller.js';
import { ServiceAccountsRepository } from './service-accounts.repository.js';
import { ServiceAccountsService } from './service-accounts.service.js';

@Module({
  imports: [
    AuditModule,
    CredentialChangesModule,
    CredentialEnderModule,
    OrganizationStoreModule,
    TokensModule,
    UserAccountsModule,
  ],
  controllers: [ServiceAccountsHttpController, ServiceAccountTokensHttpController],
  providers: [ServiceAccountsRepository, ServiceAccountsService, ServiceAccountTokens],
})
export class ServiceAccountsModule {}
