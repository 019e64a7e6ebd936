import { rcompare, prerelease } from 'semver';
import type { ReleaseEvidence } from '@waybill/read-model';
import type { ReleaseAttestation } from '../attestations/release-attestation.js';
import { npmUserOf } from '../evidence/npm-user.rules.js';
import type { NpmName } from '../names/npm-name.js';
import type { DocumentPerson } from './document-person.js';
import { tarballFilename } from '../names/npm-name.js';
import type { PackageJson } from '../publish/package-json.js';
import { withoutRegistryFields } from '../publish/registry-fields.js';
import type { ReleaseSignature } from '../signing-keys/signing-key.rules.js';
import type { VersionFacts } from '../releases/version-facts.js';

/** One published version as the read model has it. */
export interface PublishedVersion {
  readonly version: string;
  /** The package.json of the tarball, verbatim. */
  readonly manifest: PackageJson;
  readonly facts: VersionFacts;
  readonly publishedAt: Date;
  readonly publishedBy: string;
  readonly signatures: readonly ReleaseSignature[];
  readonly attestations: readonly ReleaseAttestation[];
  /** Absent where nothing speaks for it. */
  readonly evidence?: ReleaseEvidence;
  /** What its publisher says to whoever still uses it; absent when nothing. */
  readonly deprecated?: string;
}

export interface PackumentInput {
  readonly name: NpmName;
  /** Address of the repository without a trailing slash: `https://host/npm/main`. */
  readonly repositoryUrl: string;
  readonly versions: readonly PublishedVersion[];
  readonly distTags: Readonly<Record<string, string>>;
  /** When anything about the package changed last, a moved tag included. */
  readonly modifiedAt: Date;
  /** `_rev`: another one after every change that clients see. */
  readonly revision: string;
  /** Empty before owners are known; then the publishers stand for them. */
  readonly owners: readonly DocumentPerson[];
  /** The names of who starred it. */
  readonly stargazers: readonly string[];
  /** Of the version that the top of the document describes (`newestOf`). */
  readonly readme?: string;
}

export interface Packument {
  readonly document: Record<string, unknown>;
  readonly modified: Date;
}

// The fields of npm/registry docs/responses/package-metadata.md, "abbreviated metadata", and `libc`, which clients read.
const abbreviatedFields = [
  'dependencies',
  'acceptDependencies',
  'optionalDependencies',
  'devDependencies',
  'bundleDependencies',
  'bundledDependencies',
  'peerDependencies',
  'peerDependenciesMeta',
  'bin',
  'directories',
  'engines',
  'funding',
  'cpu',
  'os',
  'libc',
] as const;

// Taken over from the newest version to the top of the full document, where people and tools look for them.
const hoistedFields = [
  'description',
  'homepage',
  'keywords',
  'repository',
  'author',
  'bugs',
  'license',
  'contributors',
] as const;

const maxReadmeCharacters = 64 * 1024;

/** The version that the top of the full document describes. */
export function newestOf(
  versions: readonly PublishedVersion[],
  distTags: Readonly<Record<string, string>>,
): PublishedVersion | undefined {
  return versions.find((version) => version.version === distTags['latest']) ?? versions.at(-1);
}

/** `application/json`: everything that is known. */
export function buildFullPackument(input: PackumentInput): Packument {
  const times = timesOf(input);
  const distTags = tagsOf(input);
  const newest = newestOf(input.versions, distTags);
  const manifest = newest?.manifest ?? {};
  const people = new Map(input.owners.map((owner) => [owner.name, owner]));
  const publishers = [...new Set(input.versions.map((version) => version.publishedBy))];
  return {
    modified: times.modified,
    document: {
      _id: input.name,
      _rev: input.revision,
      name: input.name,
      'dist-tags': distTags,
      versions: Object.fromEntries(
        input.versions.map((version) => [version.version, fullVersion(input, version, people)]),
      ),
      time: times.document,
      maintainers: input.owners.length > 0 ? input.owners : publishers.map((name) => personOf(name, people)),
      ...(input.stargazers.length === 0
        ? {}
        : { users: Object.fromEntries(input.stargazers.map((name) => [name, true])) }),
      ...Object.fromEntries(
        hoistedFields.filter((field) => manifest[field] !== undefined).map((field) => [field, manifest[field]]),
      ),
      readme: input.readme?.slice(0, maxReadmeCharacters) ?? '',
      readmeFilename: newest?.facts.readmeFilename ?? '',
    },
  };
}

/** `application/vnd.npm.install-v1+json`: what an installation needs, and `time`, which age gates need too. */
export function buildAbbreviatedPackument(input: PackumentInput): Packument {
  const times = timesOf(input);
  return {
    modified: times.modified,
    document: {
      name: input.name,
      modified: times.modified.toISOString(),
      'dist-tags': tagsOf(input),
      versions: Object.fromEntries(
        input.versions.map((version) => [version.version, abbreviatedVersion(input, version)]),
      ),
      time: times.document,
    },
  };
}

export function fullVersion(
  input: Pick<PackumentInput, 'name' | 'repositoryUrl'>,
  version: PublishedVersion,
  people: ReadonlyMap<string, DocumentPerson>,
): Record<string, unknown> {
  const { facts } = version;
  return {
    ...withoutRegistryFields(version.manifest),
    name: input.name,
    version: version.version,
    _id: `${input.name}@${version.version}`,
    ...(facts.hasShrinkwrap ? { _hasShrinkwrap: true } : {}),
    ...(facts.hasInstallScript ? { hasInstallScript: true } : {}),
    ...(facts.hasBindingGyp ? { gypfile: true } : {}),
    ...(facts.nodeVersion === undefined ? {} : { _nodeVersion: facts.nodeVersion }),
    ...(facts.npmVersion === undefined ? {} : { _npmVersion: facts.npmVersion }),
    _npmUser: npmUserOf(personOf(version.publishedBy, people), version.evidence, (name) => personOf(name, people)),
    ...deprecationOf(version),
    dist: distOf(input, version),
  };
}

function abbreviatedVersion(input: PackumentInput, version: PublishedVersion): Record<string, unknown> {
  const { facts } = version;
  const manifest = withoutRegistryFields(version.manifest);
  return {
    name: input.name,
    version: version.version,
    ...Object.fromEntries(
      abbreviatedFields.filter((field) => manifest[field] !== undefined).map((field) => [field, manifest[field]]),
    ),
    ...(facts.hasShrinkwrap ? { _hasShrinkwrap: true } : {}),
    ...(facts.hasInstallScript ? { hasInstallScript: true } : {}),
    ...deprecationOf(version),
    dist: distOf(input, version),
  };
}

/** Clients print both fields; only owners have an address here, where they show one. */
function personOf(name: string, people: ReadonlyMap<string, DocumentPerson>): DocumentPerson {
  return people.get(name) ?? { name, email: '' };
}

function deprecationOf(version: PublishedVersion): { deprecated?: string } {
  return version.deprecated === undefined ? {} : { deprecated: version.deprecated };
}

function distOf(input: Pick<PackumentInput, 'name' | 'repositoryUrl'>, version: PublishedVersion) {
  return {
    integrity: version.facts.integrity,
    shasum: version.facts.shasum,
    tarball: `${input.repositoryUrl}/${input.name}/-/${tarballFilename(input.name, version.version)}`,
    fileCount: version.facts.fileCount,
    unpackedSize: version.facts.unpackedBytes,
    ...(version.signatures.length === 0 ? {} : { signatures: version.signatures }),
    ...attestationsIn(input, version),
  };
}

// Clients join the path of `url` to the host of the registry: it has to have the path of the repository.
function attestationsIn(input: Pick<PackumentInput, 'name' | 'repositoryUrl'>, version: PublishedVersion) {
  const [attestation] = version.attestations;
  if (attestation === undefined) return {};
  const spec = `${input.name.replace('/', '%2f')}@${version.version}`;
  const url = `${input.repositoryUrl}/-/npm/v1/attestations/${spec}`;
  return { attestations: { url, provenance: { predicateType: attestation.predicateType } } };
}

/**
 * A package always has `latest`: clients resolve a bare name by it. Where nobody moved the tag, it is the highest version
 * that is no prerelease, or else the highest. Tags on versions that clients cannot see are left out.
 */
export function tagsWithLatest(
  versions: readonly string[],
  distTags: Readonly<Record<string, string>>,
): Record<string, string> {
  const published = new Set(versions);
  const tags = Object.fromEntries(Object.entries(distTags).filter(([, version]) => published.has(version)));
  if (tags['latest'] !== undefined) return tags;
  const sorted = [...versions].sort(rcompare);
  const latest = sorted.find((version) => prerelease(version) === null) ?? sorted[0];
  return latest === undefined ? tags : { latest, ...tags };
}

function tagsOf(input: PackumentInput): Record<string, string> {
  return tagsWithLatest(
    input.versions.map((version) => version.version),
    input.distTags,
  );
}

function timesOf(input: PackumentInput): { modified: Date; document: Record<string, string> } {
  const dates = input.versions.map((version) => version.publishedAt.getTime());
  const created = new Date(Math.min(...dates, input.modifiedAt.getTime()));
  const modified = new Date(Math.max(...dates, input.modifiedAt.getTime()));
  return {
    modified,
    document: {
      created: created.toISOString(),
      modified: modified.toISOString(),
      ...Object.fromEntries(input.versions.map((version) => [version.version, version.publishedAt.toISOString()])),
    },
  };
}
