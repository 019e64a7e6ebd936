import type { PackagePurl, ReleasePurl } from '@waybill/domain';
import { DomainError, packagePurl, parsePackagePurl, releasePurl } from '@waybill/domain';
import { shown } from './shown-value.js';

declare const normalized: unique symbol;

/** A name in the form of PEP 503, the only one that is stored and compared: `foo-bar-baz` of `Foo.Bar_baz`. */
export type ProjectName = string & { readonly [normalized]: true };

const ecosystem = 'pypi';
/** No name on PyPI is longer; as a folder and in file names it has to fit beside a version and tags into 255 bytes. */
export const maxNameCharacters = 128;
const shape = /^[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?$/i;

/** Whether a text is a name of a project (PEP 508 "Names"; core metadata, `Name`), in whatever spelling. */
export function isProjectName(text: string): boolean {
  return text.length <= maxNameCharacters && shape.test(text);
}

/**
 * The normalized form (PEP 503) of a valid name (PEP 508). Errors: `invalid` `pypi.name-invalid`, in Warehouse's words, for
 * what is no name.
 */
export function parseProjectName(text: string): ProjectName {
  if (isProjectName(text)) return normalizeName(text);
  throw new DomainError('invalid', 'pypi.name-invalid', `The name ${shown(text)} is invalid.`);
}

/** PEP 503 over any text. What was no name before is none afterwards; to know, ask `isProjectName`. */
export function normalizeName(text: string): ProjectName {
  return text.replaceAll(/[-_.]+/g, '-').toLowerCase() as ProjectName;
}

/** Whether a text is its own normalized form, so that a page under it need not be redirected (PEP 503). */
export function isNormalizedName(text: string): text is ProjectName {
  return isProjectName(text) && normalizeName(text) === text;
}

/** The package URL of a project: `pkg:pypi/foo-bar` (package-url, type `pypi`). */
export function purlOf(name: ProjectName): PackagePurl {
  return packagePurl({ ecosystem, name });
}

/** The package URL of a release, whose version is in its canonical form (PEP 440; see versions/). */
export function releasePurlOf(name: ProjectName, canonicalVersion: string): ReleasePurl {
  return releasePurl({ ecosystem, name }, canonicalVersion);
}

/** The project of a package URL. Errors: `invalid` `purl.malformed` | `pypi.name-invalid`. */
export function nameOfPurl(purl: string): ProjectName {
  const { ecosystem: type, name } = parsePackagePurl(purl);
  if (type !== ecosystem)
    throw new DomainError('invalid', 'purl.malformed', 'That is no package URL of a PyPI project.');
  return parseProjectName(name);
}

/** How a name begins the file names of its distributions (PEP 427, PEP 625): `foo_bar` of `foo-bar`. */
export function fileNamePartOf(name: ProjectName): string {
  return name.replaceAll('-', '_');
}
