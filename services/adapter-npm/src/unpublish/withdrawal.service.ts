import { Injectable } from '@nestjs/common';
import { withdrawReleases } from '@waybill/contracts';
import type { EdgeContext } from '@waybill/edge';
import { RequestClient } from '@waybill/messaging';
import { ChangeWait, ReleaseMarkRepository } from '@waybill/read-model';
import { assertTag } from '../publish/publish-document.schema.js';
import { ReleaseRepository } from '../releases/release.repository.js';
import { assertMay } from '../repositories/assert-may.js';
import type { NpmTarget } from '../repositories/npm-request.js';

export interface Withdrawal {
  readonly versions: 'all' | readonly string[];
  /** Tags that shall point elsewhere afterwards. */
  readonly tags?: Readonly<Record<string, string>>;
  /** The aggregate version of what the client had read. */
  readonly expectedAggregateVersion: number;
}

/** `npm unpublish`, of versions and of packages. */
@Injectable()
export class WithdrawalService {
  readonly #requests: RequestClient;
  readonly #releases: ReleaseRepository;
  readonly #marks: ReleaseMarkRepository;
  readonly #wait: ChangeWait;

  constructor(requests: RequestClient, releases: ReleaseRepository, marks: ReleaseMarkRepository, wait: ChangeWait) {
    this.#requests = requests;
    this.#releases = releases;
    this.#marks = marks;
    this.#wait = wait;
  }

  /** Resolves when the next read does not see them any more. Errors: those of `publish.release.withdraw.v1`, `unavailable`. */
  async withdraw(target: NpmTarget, withdrawal: Withdrawal, context: EdgeContext): Promise<void> {
    const { principal, requestId, deadline } = context;
    const { repositoryId, purl: packagePurl } = target.resource;
    assertMay(principal, 'delete', target.resource);
    const { versions, tags = {}, expectedAggregateVersion } = withdrawal;
    for (const tag of Object.keys(tags)) assertTag(tag);
    const { aggregateVersion, withdrawn } = await this.#requests.ask(withdrawReleases, {
      principal,
      repositoryId,
      packagePurl,
      versions: versions === 'all' ? versions : [...versions],
      tags: { ...tags },
      expectedAggregateVersion,
      requestId,
    });
    await this.#wait.until(target.resource, deadline, () => this.#isSeen(target, withdrawn, aggregateVersion));
  }

  async #isSeen(target: NpmTarget, withdrawn: readonly string[], at: number): Promise<boolean> {
    const { repositoryId, purl } = target.resource;
    const shown = new Set(await this.#releases.publishedVersions(repositoryId, purl));
    if (!withdrawn.some((version) => shown.has(version))) return true;
    const marks = await this.#marks.of(repositoryId, purl, withdrawn);
    return withdrawn.every((version) => marks.some((mark) => mark.version === version && mark.withdrawnAt >= at));
  }
}
