import { Injectable } from '@nestjs/common';
import { parsePackagePurl } from '@waybill/domain';
import type { EntityManager } from 'typeorm';
import { latestOf } from '../documents/latest-version.rules.js';
import type { PackageKey, SearchDocument } from '../documents/search-document.js';
import { PackageRepository } from './package.repository.js';
import { ReleaseRepository } from './release.repository.js';

/** Everything that is known of a package → what is searched. */
@Injectable()
export class PackageDocuments {
  readonly #packages: PackageRepository;
  readonly #releases: ReleaseRepository;

  constructor(packages: PackageRepository, releases: ReleaseRepository) {
    this.#packages = packages;
    this.#releases = releases;
  }

  /** Undefined when no version is left to install. */
  async of(manager: EntityManager, key: PackageKey): Promise<SearchDocument | undefined> {
    const { latest, owners } = await this.#packages.find(manager, key);
    const release = latestOf(await this.#releases.installable(manager, key), latest ?? undefined);
    if (release === undefined) return undefined;
    const { ecosystem, namespace, name } = parsePackagePurl(key.packagePurl);
    const { version, publishedAt, publishedBy, deprecated } = release;
    const summary = await this.#releases.summaryOf(manager, release.releaseId);
    const usernames = [...new Set([publishedBy, ...(owners ?? [])])];
    return { ecosystem, namespace, name, version, summary, publishedAt, publishedBy, usernames, deprecated };
  }
}
