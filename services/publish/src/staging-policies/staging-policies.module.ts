import { Module } from '@nestjs/common';
import { PersonProofModule } from '../person-proof/person-proof.module.js';
import { ReleaseStoreModule } from '../releases/release-store.module.js';
import { RepositoriesModule } from '../repositories/repositories.module.js';
import { StagingPoliciesHttpController } from './staging-policies.http.controller.js';
import { StagingPoliciesService } from './staging-policies.service.js';

@Module({
  imports: [PersonProofModule, ReleaseStoreModule, RepositoriesModule],
  controllers: [StagingPoliciesHttpController],
  providers: [StagingPoliciesService],
})
export class StagingPoliciesModule {}
