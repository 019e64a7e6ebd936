import { Injectable } from '@nestjs/common';
import { deprecateReleases } from '@waybill/contracts';
import type { EdgeContext } from '@waybill/edge';
import { RequestClient } from '@waybill/messaging';
import { ChangeWait, ReleaseMarkRepository } from '@waybill/read-model';
import { ReleaseRepository } from '../releases/release.repository.js';
import { assertMay } from '../repositories/assert-may.js';
import type { NpmTarget } from '../repositories/npm-request.js';

/** `npm deprecate`. */
@Injectable()
export class DeprecationService {
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

  /**
   * `messages`: version → text, empty where it is deprecated no more. Resolves when the next read sees it. Errors: those of
   * `publish.release.deprecate.v1`, `unavailable`.
   */
  async deprecate(target: NpmTarget, messages: Readonly<Record<string, string>>, context: EdgeContext): Promise<void> {
    const { principal, requestId, deadline } = context;
    const { repositoryId, purl: packagePurl } = target.resource;
    assertMay(principal, 'metadata', target.resource);
    if (Object.keys(messages).length === 0) return;
    const request = { principal, repositoryId, packagePurl, messages: { ...messages }, requestId };
    const { aggregateVersion } = await this.#requests.ask(deprecateReleases, request);
    await this.#wait.until(target.resource, deadline, () => this.#isSeen(target, messages, aggregateVersion));
  }

  // Either it is as was wished, or that wish has been followed by another.
  async #isSeen(target: NpmTarget, messages: Readonly<Record<string, string>>, at: number): Promise<boolean> {
    const { repositoryId, purl } = target.resource;
    const shown = await this.#releases.describeVersions(repositoryId, purl);
    const marks = await this.#marks.of(repositoryId, purl, Object.keys(messages));
    return Object.entries(messages).every(
      ([version, message]) =>
        shown.some((row) => row.version === version && row.deprecated === message) ||
        marks.some((mark) => mark.version === version && Math.max(mark.deprecatedAt, mark.withdrawnAt) >= at),
    );
  }
}
