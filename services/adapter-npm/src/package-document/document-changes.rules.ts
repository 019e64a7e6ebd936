import { DomainError } from '@waybill/domain';
import type { NpmName } from '../names/npm-name.js';
import { tarballFilename } from '../names/npm-name.js';
import { tarballIn } from '../names/tarball-address.js';
import type { ChangedDocument } from './package-document.schema.js';
import { deprecationIn } from './package-document.schema.js';

/** A package as it is, as far as clients may change it through its document. */
export interface StoredPackage {
  readonly name: NpmName;
  readonly revision: string;
  /** The aggregate version in `revision`, which the service publish compares. */
  readonly visibleVersion: number;
  readonly versions: ReadonlyMap<string, StoredVersion>;
  readonly distTags: Readonly<Record<string, string>>;
  readonly owners: readonly string[];
  readonly stargazers: readonly string[];
}

export interface StoredVersion {
  readonly integrity: string;
  readonly shasum: string;
  /** Empty when it is not deprecated. */
  readonly deprecated: string;
}

/** What a document that was sent back wants to be different. */
export interface DocumentChanges {
  readonly missingVersions: readonly string[];
  readonly deprecations: Readonly<Record<string, string>>;
  readonly movedTags: Readonly<Record<string, string>>;
  readonly removedTags: readonly string[];
  /** All owners that there shall be, when they are others than there are. */
  readonly owners: readonly string[] | undefined;
}

/**
 * Compares what was sent with what is stored. What is stored stays: a version that was never published, and bytes that
 * contradict those that were, are refused. Errors: `invalid` `npm.version-unknown` | `npm.dist` | `npm.deprecated`.
 */
export function changesIn(document: ChangedDocument, stored: StoredPackage): DocumentChanges {
  const { versions, maintainers, 'dist-tags': tags } = document;
  const deprecations: [string, string][] = [];
  for (const [version, sent] of Object.entries(versions ?? {})) {
    const known = stored.versions.get(version);
    if (known === undefined) {
      const shown = JSON.stringify(version.slice(0, 100));
      throw new DomainError(
        'invalid',
        'npm.version-unknown',
        `${stored.name} has no version ${shown}, and none is published without a tarball.`,
      );
    }
    assertSameDist(stored.name, version, { sent: sent.dist ?? {}, known });
    const deprecated = deprecationIn(sent.deprecated);
    if (deprecated !== undefined && deprecated !== known.deprecated) deprecations.push([version, deprecated]);
  }
  const owners = maintainers === undefined ? undefined : [...new Set(maintainers.map(({ name }) => name))];
  return {
    missingVersions:
      versions === undefined ? [] : [...stored.versions.keys()].filter((known) => !Object.hasOwn(versions, known)),
    deprecations: Object.fromEntries(deprecations),
    movedTags: Object.fromEntries(
      Object.entries(tags ?? {}).filter(([tag, version]) => stored.distTags[tag] !== version),
    ),
    removedTags: tags === undefined ? [] : Object.keys(stored.distTags).filter((tag) => !Object.hasOwn(tags, tag)),
    owners: owners === undefined || sameMembers(owners, stored.owners) ? undefined : owners,
  };
}

/**
 * What `users` says about the caller's own star. Nobody stars for somebody else: an entry of another that was not there,
 * or is not any more, is refused. Errors: `forbidden` `npm.star-of-another`.
 */
export function starIn(document: ChangedDocument, stored: StoredPackage, caller: string): boolean {
  const sent = starredIn(document);
  const others = sent.filter((name) => name !== caller);
  const known = stored.stargazers.filter((name) => name !== caller);
  if (!sameMembers(others, known)) {
    throw new DomainError('forbidden', 'npm.star-of-another', 'You can add and take back your own star only.');
  }
  return sent.includes(caller);
}

/** Whether `users` is as it is here, for everybody. */
export function isStarredAsSent(document: ChangedDocument, stored: StoredPackage): boolean {
  return document.users === undefined || sameMembers(starredIn(document), stored.stargazers);
}

function starredIn({ users }: ChangedDocument): string[] {
  return Object.entries(users ?? {}).flatMap(([name, starred]) => (starred === false ? [] : [name]));
}

export function isUnchanged(changes: DocumentChanges): boolean {
  const { missingVersions, deprecations, movedTags, removedTags, owners } = changes;
  const count = [missingVersions, removedTags, Object.keys(deprecations), Object.keys(movedTags)].flat().length;
  return count === 0 && owners === undefined;
}

function assertSameDist(
  name: NpmName,
  version: string,
  {
    sent,
    known,
  }: {
    sent: { integrity?: string | undefined; shasum?: string | undefined; tarball?: string | undefined };
    known: StoredVersion;
  },
): void {
  const tarball = sent.tarball === undefined ? undefined : tarballIn(sent.tarball);
  const isSameTarball = tarball?.name === name && tarball.file === tarballFilename(name, version);
  const changed = [
    sent.integrity !== undefined && sent.integrity !== known.integrity ? 'integrity' : undefined,
    sent.shasum !== undefined && sent.shasum !== known.shasum ? 'shasum' : undefined,
    sent.tarball !== undefined && !isSameTarball ? 'tarball' : undefined,
  ].find((field) => field !== undefined);
  if (changed === undefined) return;
  throw new DomainError(
    'invalid',
    'npm.dist',
    `dist.${changed} of ${version} is not what was published; it never changes.`,
  );
}

function sameMembers(left: readonly string[], right: readonly string[]): boolean {
  const known = new Set(right);
  return left.length === known.size && left.every((name) => known.has(name));
}
