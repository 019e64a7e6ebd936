import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '@waybill/persistence';
import { PackageRepository } from '../packages/package.repository.js';
import { ReleaseRepository } from '../releases/release.repository.js';
import { fingerprintOf } from './fingerprint.js';
import { verdictOn } from './immutability.js';
import { found, type PipelineStep, type Submission } from './submission.js';

/** Before any byte moves: a publish that is repeated ends here. `record-release` asks again under the lock. */
@Injectable()
export class CheckImmutability implements PipelineStep {
  readonly name = 'check-immutability';
  readonly #packages: PackageRepository;
  readonly #releases: ReleaseRepository;
  readonly #unitOfWork: UnitOfWork;

  constructor(packages: PackageRepository, releases: ReleaseRepository, unitOfWork: UnitOfWork) {
    this.#packages = packages;
    this.#releases = releases;
    this.#unitOfWork = unitOfWork;
  }

  async run(submission: Submission): Promise<'next' | 'done'> {
    const { repositoryId } = found(submission, 'repository');
    const whole = await this.#unitOfWork.run(async (manager) => {
      const owner = await this.#packages.lock(manager, repositoryId, found(submission, 'packagePurl'));
      if (owner === null) return null;
      const current = await this.#releases.findCurrent(owner.packageId, found(submission, 'version'), manager);
      const verdict = verdictOn(current, fingerprintOf(submission.request.artifacts));
      return verdict === 'join' && current !== null ? this.#releases.findWhole(current.releaseId, manager) : null;
    });
    if (whole === null) return 'next';
    submission.release = whole;
    submission.joined = true;
    return 'done';
  }
}
