import { Module } from '@nestjs/common';
import { AuditModule } from '@waybill/audit';
import { OrganizationStoreModule } from '../organizations/organization-store.module.js';
import { OrganizationsModule } from '../organizations/organizations.module.js';
import { PasswordsModule } from '../passwords/passwords.module.js';
import { TokensModule } from '../tokens/tokens.module.js';
import { UserAccountsModule } from '../users/user-accounts.module.js';
import { BootstrapMessageController } from './bootstrap.message.controller.js';
import { BootstrapService } from './bootstrap.service.js';

@Module({
  imports: [
    AuditModule,
    OrganizationStoreModule,
    OrganizationsModule,
    PasswordsModule,
    TokensModule,
    UserAccountsModule,
  ],
  controllers: [BootstrapMessageController],
  providers: [BootstrapService],
})
export class BootstrapModule {}
