import { Injectable } from '@nestjs/common';
import { DomainError } from '@waybill/domain';
import type { EdgeContext } from '@waybill/edge';
import { ReleaseMarkRepository } from '@waybill/read-model';
import type { NpmName } from '../names/npm-name.js';
import { tarballVersionIn } from '../names/tarball-version.js';
import { assertFresh, StoredPackageService } from '../package-document/stored-package.service.js';
import { packageNotFound } from '../packument/packument.service.js';
import { ReleaseRepository } from '../releases/release.repository.js';
import type { NpmTarget } from '../repositories/npm-request.js';
import { WithdrawalService } from './withdrawal.service.js';

@Injectable()
export class UnpublishService {
  readonly #stored: StoredPackageService;
  readonly #releases: ReleaseRepository;
  readonly #marks: ReleaseMarkRepository;
  readonly #withdrawal: WithdrawalService;

  constructor(
    stored: StoredPackageService,
    releases: ReleaseRepository,
    marks: ReleaseMarkRepository,
    withdrawal: WithdrawalService,
  ) {
    this.#stored = stored;
    this.#releases = releases;
    this.#marks = marks;
    this.#withdrawal = withdrawal;
  }

  /** Every version. Errors: `not-found` `npm.package`, `conflict` `npm.stale-revision`, those of the withdrawal. */
  async removePackage(target: NpmTarget, revision: string, context: EdgeContext): Promise<void> {
    const stored = await this.#stored.load(target);
    assertFresh(stored, revision);
    const withdrawal = { versions: 'all', expectedAggregateVersion: stored.visibleVersion } as const;
    await this.#withdrawal.withdraw(target, withdrawal, context);
  }

  /**
   * The last of npm's steps, when the version is gone already; whoever begins with it withdraws the version, since its
   * tarball cannot go alone. Errors: `not-found` for what never was here, else as `removePackage`.
   */
  async removeTarball(
    target: NpmTarget,
    { file, revision }: { readonly file: string; readonly revision: string },
    context: EdgeContext,
  ): Promise<void> {
    const version = tarballVersionIn(target.name, file);
    if (version === undefined) throw tarballNotFound(target.name);
    const { repositoryId, purl } = target.resource;
    if ((await this.#releases.findPublished(repositoryId, purl, version)) === null) {
      const marks = await this.#marks.of(repositoryId, purl, [version]);
      if (marks.some(({ withdrawnAt }) => withdrawnAt > 0)) return;
      throw (await this.#releases.publishedVersions(repositoryId, purl)).length === 0
        ? packageNotFound(target)
        : tarballNotFound(target.name);
    }
    const stored = await this.#stored.load(target);
    assertFresh(stored, revision);
    const withdrawal = { versions: [version], expectedAggregateVersion: stored.visibleVersion };
    await this.#withdrawal.withdraw(target, withdrawal, context);
  }
}

function tarballNotFound(name: NpmName): DomainError {
  return new DomainError('not-found', 'npm.tarball', `${name} has no such tarball.`);
}
