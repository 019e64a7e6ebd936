import { Module } from '@nestjs/common';
import { AuditModule } from '@waybill/audit';
import { OrganizationStoreModule } from '../organizations/organization-store.module.js';
import { TokenPoliciesHttpController } from './token-policies.http.controller.js';
import { TokenPoliciesRepository } from './token-policies.repository.js';
import { TokenPoliciesService } from './token-policies.service.js';

@Module({
  imports: [AuditModule, OrganizationStoreModule],
  controllers: [TokenPoliciesHttpController],
  providers: [TokenPoliciesRepository, TokenPoliciesService],
  exports: [TokenPoliciesRepository],
})
export class TokenPoliciesModule {}
