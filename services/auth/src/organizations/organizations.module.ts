import { Module } from '@nestjs/common';
import { AuditModule } from '@waybill/audit';
import { MembershipStoreModule } from '../memberships/membership-store.module.js';
import { UserAccountsModule } from '../users/user-accounts.module.js';
import { OrganizationFounder } from './organization-founder.js';
import { OrganizationStoreModule } from './organization-store.module.js';
import { OrganizationsHttpController } from './organizations.http.controller.js';
import { OrganizationsService } from './organizations.service.js';

@Module({
  imports: [AuditModule, MembershipStoreModule, OrganizationStoreModule, UserAccountsModule],
  controllers: [OrganizationsHttpController],
  providers: [OrganizationFounder, OrganizationsService],
  exports: [OrganizationFounder],
})
export class OrganizationsModule {}
