import { Injectable } from '@nestjs/common';
import { ReleasePathComparison } from '../release-paths/release-path-comparison.js';
import { found, type PipelineStep, type Submission } from './submission.js';

/**
 * Before any byte moves: the release came as its predecessor did, or people look at it (security.md P1, P2), its job was as its
 * repository wants (P3), and the source that it claims is where it came from (P14). `record-release` asks again under the lock.
 */
@Injectable()
export class CompareReleasePath implements PipelineStep {
  readonly name = 'compare-release-path';
  readonly #comparison: ReleasePathComparison;

  constructor(comparison: ReleasePathComparison) {
    this.#comparison = comparison;
  }

  async run(submission: Submission): Promise<'next'> {
    await this.#comparison.compare(submission, found(submission, 'seen').owner?.package);
    return 'next';
  }
}
