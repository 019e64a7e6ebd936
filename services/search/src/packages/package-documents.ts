import { Injectable } from '@nestjs/common';
import type { ReleaseSummary } from '@waybill/contracts';
import { parsePackagePurl } from '@waybill/domain';
import { latestOf } from '../documents/latest-version.rules.js';
import type { DocumentChange, PackageKey, SearchDocument } from '../documents/search-document.js';
import type { KnownPackage } from './package.repository.js';
import { PackageRepository } from './package.repository.js';
import type { InstallableRelease, NewRelease } from './release.repository.js';

/** Everything that is known of a package → what is searched. */
@Injectable()
export class PackageDocuments {
  readonly #packages: PackageRepository;

  constructor(packages: PackageRepository) {
    this.#packages = packages;
  }

  /** As it is now, at the revision that it has now; without a document when no version is left to install. */
  async of(key: PackageKey): Promise<DocumentChange> {
    const known = await this.#packages.find(key);
    if (known === undefined) return { ...key, revision: 0, document: undefined };
    const release = shownRelease(known);
    if (release === undefined) return { ...key, revision: known.revision, document: undefined };
    const summary = await this.#packages.summaryOf(release.releaseId);
    return { ...key, revision: known.revision, document: documentOf(key, release, { ...known, summary }) };
  }

  /** Of a package of which nothing was known before this release. */
  ofFirst(key: PackageKey, revision: number, release: NewRelease): DocumentChange {
    return {
      ...key,
      revision,
      document: documentOf(key, release, { summary: release.summary, owners: null, visibility: null }),
    };
  }
}

/** The release that stands for the package; undefined when none is left to install. */
export function shownRelease(known: KnownPackage): InstallableRelease | undefined {
  return latestOf(known.installable, known.latest ?? undefined);
}

/** Who is searched for: who published the shown release, and the owners. */
export function shownUsernames(publishedBy: string, owners: readonly string[] | null): string[] {
  return [...new Set([publishedBy, ...(owners ?? [])])];
}

function documentOf(
  key: PackageKey,
  release: InstallableRelease,
  { summary, owners, visibility }: Pick<KnownPackage, 'owners' | 'visibility'> & { readonly summary: ReleaseSummary },
): SearchDocument {
  const { ecosystem, namespace, name } = parsePackagePurl(key.packagePurl);
  const { version, publishedAt, publishedBy, deprecated } = release;
  const usernames = shownUsernames(publishedBy, owners);
  return { ecosystem, namespace, name, version, summary, publishedAt, publishedBy, usernames, deprecated, visibility };
}
