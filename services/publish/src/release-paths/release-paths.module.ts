import { Module } from '@nestjs/common';
import { HeldComparisons } from './held-comparisons.js';
import { PredecessorRepository } from './predecessor.repository.js';
import { ReleasePathComparison } from './release-path-comparison.js';

/** How releases come, compared with how those before them came. */
@Module({
  providers: [HeldComparisons, PredecessorRepository, ReleasePathComparison],
  exports: [HeldComparisons, ReleasePathComparison],
})
export class ReleasePathsModule {}
