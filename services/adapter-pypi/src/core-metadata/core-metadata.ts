import type { ProjectName } from '../names/project-name.js';
import { normalizeName } from '../names/project-name.js';
import type { PythonVersion } from '../versions/python-version.js';
import { parseVersion } from '../versions/python-version.js';
import type { FieldKey, MultipleFieldKey, SingleFieldKey } from './fields.js';
import { canonicalLicenseExpression } from './license-expression.js';
import { invalidMetadata } from './metadata-problem.js';
import { problemsOf } from './metadata.rules.js';
import { parseProjectUrl } from './project-url.js';
import type { RawMetadata } from './raw-metadata.js';
import { rawMetadataOfFile } from './raw-metadata.js';

type Singles = { readonly [Key in Exclude<SingleFieldKey, 'name' | 'version' | 'keywords'>]: string | undefined };
type Multiples = { readonly [Key in Exclude<MultipleFieldKey, 'projectUrls'>]: readonly string[] };

/**
 * The metadata of a distribution, valid and bounded (core metadata specification 1.0 to 2.6). Texts are still the
 * publisher's: what is shown anywhere has to be escaped there (security.md W1).
 */
export interface CoreMetadata extends Singles, Multiples {
  readonly metadataVersion: string;
  /** As written, to be shown. */
  readonly displayName: string;
  readonly name: ProjectName;
  readonly version: PythonVersion;
  readonly keywords: readonly string[];
  readonly projectUrls: readonly { readonly label: string; readonly url: string }[];
}

/**
 * Reads and judges METADATA or PKG-INFO. Errors: `invalid` `pypi.metadata-invalid`, with the problem that weighs most as its
 * message and all in `details.problems`.
 */
export function parseCoreMetadata(bytes: Uint8Array): CoreMetadata {
  return toCoreMetadata(rawMetadataOfFile(bytes));
}

/** Errors: `invalid` `pypi.metadata-invalid`. */
export function toCoreMetadata(raw: RawMetadata): CoreMetadata {
  const problems = [...raw.problems, ...problemsOf(raw)];
  const one = (key: FieldKey) => raw.values.get(key)?.[0];
  const all = (key: FieldKey) => raw.values.get(key) ?? [];
  const [metadataVersion, displayName, versionText] = [one('metadataVersion'), one('name'), one('version')];
  const version = versionText === undefined ? undefined : parseVersion(versionText);
  if (problems.length > 0 || metadataVersion === undefined || displayName === undefined || version === undefined) {
    throw invalidMetadata('pypi.metadata-invalid', problems);
  }
  return {
    metadataVersion,
    displayName,
    name: normalizeName(displayName),
    version,
    summary: one('summary'),
    description: one('description'),
    descriptionContentType: one('descriptionContentType'),
    keywords: keywordsOf(one('keywords')),
    homePage: one('homePage'),
    downloadUrl: one('downloadUrl'),
    author: one('author'),
    authorEmail: one('authorEmail'),
    maintainer: one('maintainer'),
    maintainerEmail: one('maintainerEmail'),
    license: one('license'),
    licenseExpression: canonicalLicenseExpression(one('licenseExpression') ?? ''),
    requiresPython: one('requiresPython'),
    licenseFiles: all('licenseFiles'),
    classifiers: all('classifiers'),
    platforms: all('platforms'),
    supportedPlatforms: all('supportedPlatforms'),
    requiresDist: all('requiresDist'),
    requiresExternal: all('requiresExternal'),
    providesExtra: all('providesExtra'),
    providesDist: all('providesDist'),
    obsoletesDist: all('obsoletesDist'),
    requires: all('requires'),
    provides: all('provides'),
    obsoletes: all('obsoletes'),
    dynamic: all('dynamic').map((field) => field.toLowerCase()),
    importNames: all('importNames'),
    importNamespaces: all('importNamespaces'),
    projectUrls: all('projectUrls').map(parseProjectUrl),
  };
}

// With commas, and in old packages with blanks.
function keywordsOf(text = ''): string[] {
  const words = text.split(text.includes(',') ? ',' : /\s+/).map((word) => word.trim());
  return [...new Set(words.filter((word) => word !== ''))];
}
