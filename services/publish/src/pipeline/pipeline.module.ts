import { Module } from '@nestjs/common';
import { ProvenanceModule } from '../provenance/provenance.module.js';
import { ReleasePathsModule } from '../release-paths/release-paths.module.js';
import { ReleaseStoreModule } from '../releases/release-store.module.js';
import { ApplyRepositoryPolicy } from './apply-repository-policy.step.js';
import { Authorize } from './authorize.step.js';
import { CheckImmutability } from './check-immutability.step.js';
import { CheckNamespace } from './check-namespace.step.js';
import { CheckName } from './check-name.step.js';
import { CheckPackage } from './check-package.step.js';
import { CompareReleasePath } from './compare-release-path.step.js';
import { FindRepository } from './find-repository.step.js';
import { ParseCoordinates } from './parse-coordinates.step.js';
import { PlaceRepository } from './place.repository.js';
import { PromoteArtifacts } from './promote-artifacts.step.js';
import { RecordRelease } from './record-release.step.js';
import { PIPELINE_STEPS, SubmitPipeline } from './submit.pipeline.js';
import type { PipelineStep } from './submission.js';
import { VerifyProvenance } from './verify-provenance.step.js';

/** Their order is the pipeline. */
export const pipelineSteps = [
  ParseCoordinates,
  CheckName,
  FindRepository,
  Authorize,
  ApplyRepositoryPolicy,
  CheckNamespace,
  CheckImmutability,
  CheckPackage,
  VerifyProvenance,
  CompareReleasePath,
  PromoteArtifacts,
  RecordRelease,
];

@Module({
  imports: [ProvenanceModule, ReleasePathsModule, ReleaseStoreModule],
  providers: [
    PlaceRepository,
    ...pipelineSteps,
    { provide: PIPELINE_STEPS, useFactory: (...made: PipelineStep[]) => made, inject: pipelineSteps },
    SubmitPipeline,
  ],
  exports: [SubmitPipeline, PIPELINE_STEPS, RecordRelease],
})
export class PipelineModule {}
