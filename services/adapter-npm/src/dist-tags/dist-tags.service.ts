import { Injectable } from '@nestjs/common';
import { moveTag, removeTag } from '@waybill/contracts';
import { DomainError } from '@waybill/domain';
import type { EdgeContext } from '@waybill/edge';
import { RequestClient } from '@waybill/messaging';
import { ChangeWait } from '@waybill/read-model';
import { packageNotFound } from '../packument/packument.service.js';
import { assertTag } from '../publish/publish-document.schema.js';
import { ReleaseRepository } from '../releases/release.repository.js';
import type { NpmTarget } from '../repositories/npm-request.js';
import { DistTagRepository } from './dist-tag.repository.js';

interface Wish {
  readonly tag: string;
  /** Null for a tag that shall go. */
  readonly version: string | null;
}

@Injectable()
export class DistTagsService {
  readonly #requests: RequestClient;
  readonly #distTags: DistTagRepository;
  readonly #releases: ReleaseRepository;
  readonly #wait: ChangeWait;

  constructor(requests: RequestClient, distTags: DistTagRepository, releases: ReleaseRepository, wait: ChangeWait) {
    this.#requests = requests;
    this.#distTags = distTags;
    this.#releases = releases;
    this.#wait = wait;
  }

  /** Resolves when the next read sees it. Errors: those of `publish.tag.move.v1`, `invalid` `npm.tag`. */
  async move(target: NpmTarget, tag: string, version: string, context: EdgeContext): Promise<void> {
    const { repositoryId, purl: packagePurl } = target.resource;
    const { principal, requestId, deadline } = context;
    const request = { principal, repositoryId, packagePurl, tag: assertTag(tag), version, requestId };
    const { aggregateVersion } = await this.#requests.ask(moveTag, request);
    await this.#seen(target, { tag, version }, { aggregateVersion, deadline });
  }

  /** `latest` stays: a package always has it. Errors: those of `publish.tag.remove.v1`. */
  async remove(target: NpmTarget, tag: string, context: EdgeContext): Promise<void> {
    if (tag === 'latest') {
      throw new DomainError('invalid', 'npm.tag-latest', 'The tag "latest" can be moved but not removed.');
    }
    const { repositoryId, purl: packagePurl } = target.resource;
    const { principal, requestId, deadline } = context;
    const request = { principal, repositoryId, packagePurl, tag: assertTag(tag), requestId };
    const { aggregateVersion } = await this.#requests.ask(removeTag, request);
    await this.#seen(target, { tag, version: null }, { aggregateVersion, deadline });
  }

  /**
   * Many tags at once. Everything is checked before the first of them moves; `replace` takes the others away, but for
   * `latest`. Errors: `not-found` `npm.package`, `invalid` `npm.tag` | `npm.tag-version`, those of `move` and `remove`.
   */
  async set(
    target: NpmTarget,
    tags: Readonly<Record<string, string>>,
    how: 'merge' | 'replace',
    context: EdgeContext,
  ): Promise<void> {
    const { repositoryId, purl } = target.resource;
    const versions = new Set(await this.#releases.publishedVersions(repositoryId, purl));
    if (versions.size === 0) throw packageNotFound(target);
    for (const [tag, version] of Object.entries(tags)) {
      assertTag(tag);
      if (versions.has(version)) continue;
      const shown = `${target.name}@${version.slice(0, 100)}`;
      throw new DomainError('invalid', 'npm.tag-version', `${shown} was not found, and no tag was changed.`);
    }
    const known = await this.#distTags.of(repositoryId, purl);
    for (const [tag, version] of Object.entries(tags)) {
      if (known[tag] !== version) await this.move(target, tag, version, context);
    }
    if (how === 'merge') return;
    const others = Object.keys(known).filter((tag) => tag !== 'latest' && !Object.hasOwn(tags, tag));
    for (const tag of others) await this.remove(target, tag, context);
  }

  // Either the tag is where it was wished to be, or that wish has been followed by another.
  async #seen(
    target: NpmTarget,
    { tag, version }: Wish,
    { aggregateVersion, deadline }: { readonly aggregateVersion: number; readonly deadline: Date },
  ): Promise<void> {
    const { repositoryId, purl } = target.resource;
    await this.#wait.until(target.resource, deadline, async () => {
      const row = await this.#distTags.find(repositoryId, purl, tag);
      return (row?.version ?? null) === version || (row !== null && row.aggregateVersion >= aggregateVersion);
    });
  }
}
