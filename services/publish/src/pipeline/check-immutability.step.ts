import { Injectable } from '@nestjs/common';
import { ReleaseRepository } from '../releases/release.repository.js';
import { assertWentThisWay } from '../staged-releases/staged-submission.rules.js';
import { fingerprintOf } from './fingerprint.js';
import { verdictOn } from './immutability.js';
import { found, type PipelineStep, type Submission } from './submission.js';

/** Before any byte moves: a publish that is repeated ends here. `record-release` asks again under the lock. */
@Injectable()
export class CheckImmutability implements PipelineStep {
  readonly name = 'check-immutability';
  readonly #releases: ReleaseRepository;

  constructor(releases: ReleaseRepository) {
    this.#releases = releases;
  }

  async run(submission: Submission): Promise<'next' | 'done'> {
    const { current: releaseId } = found(submission, 'seen');
    const current = releaseId === undefined ? null : await this.#releases.findWhole(releaseId);
    if (current === null) return 'next';
    if (verdictOn(current.release, fingerprintOf(submission.request.artifacts)) !== 'join') return 'next';
    assertWentThisWay(submission.request, current.release);
    submission.release = current;
    submission.joined = true;
    return 'done';
  }
}
