import { Module } from '@nestjs/common';
import { AuditModule } from '@waybill/audit';
import { PersonProofModule } from '../person-proof/person-proof.module.js';
import { ReleaseStoreModule } from '../releases/release-store.module.js';
import { RepositoriesModule } from '../repositories/repositories.module.js';
import { ReleasePoliciesHttpController } from './release-policies.http.controller.js';
import { ReleasePoliciesService } from './release-policies.service.js';
import { ReleasePolicyRepository } from './release-policy.repository.js';

@Module({
  imports: [AuditModule, PersonProofModule, ReleaseStoreModule, RepositoriesModule],
  controllers: [ReleasePoliciesHttpController],
  providers: [ReleasePoliciesService, ReleasePolicyRepository],
})
export class ReleasePoliciesModule {}
