import { PackageURL } from 'packageurl-js';
import { DomainError } from './domain-error.js';

/** A package without a version, in canonical form: `pkg:npm/%40acme/left-pad` (ECMA-427, package-url). */
export type PackagePurl = string & { readonly __brand: 'PackagePurl' };
/** A package with a version: `pkg:npm/%40acme/left-pad@1.0.0`. */
export type ReleasePurl = string & { readonly __brand: 'ReleasePurl' };

export interface PackageName {
  /** The purl type: `npm`, `pypi`, … */
  readonly ecosystem: string;
  readonly namespace?: string;
  readonly name: string;
}

const maxPurlBytes = 1024;

/** What most names look like: nothing in them is normalized or encoded. Hundreds travel with a request, and parsing costs. */
export const plainPackagePurl = /^pkg:(?:npm\/(?:%40[a-z0-9-]+\/)?|(?:cargo|conda|gem|nuget|oci|pypi)\/)[a-z0-9-]+$/;

export function packagePurl(name: PackageName): PackagePurl {
  return render(name, undefined) as PackagePurl;
}

export function releasePurl(name: PackageName, version: string): ReleasePurl {
  if (version === '') throw malformed();
  return render(name, version) as ReleasePurl;
}

export function parsePackagePurl(text: string): PackageName {
  return parse(text).name;
}

export function parseReleasePurl(text: string): { name: PackageName; version: string } {
  const { name, version } = parse(text);
  if (version === undefined) throw malformed();
  return { name, version };
}

export function packageOfRelease(purl: ReleasePurl): PackagePurl {
  return packagePurl(parseReleasePurl(purl).name);
}

/** Whether the text is a purl in our canonical form, which is the only form that is stored or compared. */
export function isPackagePurl(text: string): text is PackagePurl {
  if (text.length <= maxPurlBytes && plainPackagePurl.test(text)) return true;
  try {
    const { name, version } = parse(text);
    return version === undefined && packagePurl(name) === text;
  } catch {
    return false;
  }
}

export function isReleasePurl(text: string): text is ReleasePurl {
  try {
    const { name, version } = parse(text);
    return version !== undefined && releasePurl(name, version) === text;
  } catch {
    return false;
  }
}

function render(name: PackageName, version: string | undefined): string {
  try {
    return new PackageURL(name.ecosystem, name.namespace, name.name, version, undefined, undefined).toString();
  } catch (error) {
    throw malformed(error);
  }
}

function parse(text: string): { name: PackageName; version: string | undefined } {
  if (Buffer.byteLength(text) > maxPurlBytes) throw malformed();
  try {
    const purl = PackageURL.fromString(text);
    if (purl.qualifiers !== undefined || purl.subpath !== undefined) throw malformed();
    return {
      name: {
        ecosystem: purl.type,
        name: purl.name,
        ...(purl.namespace === undefined ? {} : { namespace: purl.namespace }),
      },
      version: purl.version,
    };
  } catch (error) {
    throw malformed(error);
  }
}

function malformed(cause?: unknown): DomainError {
  return new DomainError('invalid', 'purl.malformed', 'That is not a package URL.', { cause });
}
