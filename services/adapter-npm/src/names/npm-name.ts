import type { PackageName, PackagePurl, ReleasePurl } from '@waybill/domain';
import { DomainError, packagePurl, parsePackagePurl, releasePurl } from '@waybill/domain';
import validateNpmPackageName from 'validate-npm-package-name';

/** A package name as npm writes it: `left-pad` or `@acme/left-pad`. */
export type NpmName = string & { readonly __brand: 'NpmName' };

// As npm takes new names: lower case, url-safe, no leading dot, and an underscore only behind a scope.
const pattern = /^(?:@[a-z0-9-~][a-z0-9-._~]*\/[a-z0-9-_~]|[a-z0-9-~])[a-z0-9-._~]*$/;

const maxNameCharacters = 214;

export function isNpmName(text: string): text is NpmName {
  return (
    text.length <= maxNameCharacters && pattern.test(text) && (validateNpmPackageName(text).errors ?? []).length === 0
  );
}

/** Errors: `invalid` `npm.name`, with every rule that the name breaks. */
export function parseNpmName(text: string): NpmName {
  if (isNpmName(text)) return text;
  const broken = validateNpmPackageName(text).errors ?? [];
  const reasons =
    broken.length > 0 ? broken : [`a name has up to ${maxNameCharacters} lower-case letters, digits, and - . _ ~ only`];
  throw new DomainError('invalid', 'npm.name', `That is not a package name: ${reasons.join('; ')}.`);
}

/** The npm name of a package, or undefined for a package of another ecosystem. */
export function npmNameIn(purl: PackagePurl): NpmName | undefined {
  const { ecosystem, namespace, name } = parsePackagePurl(purl);
  if (ecosystem !== 'npm') return undefined;
  return parseNpmName(namespace === undefined ? name : `${namespace}/${name}`);
}

/** The part after the scope, which file names start with. */
export function basenameOf(name: NpmName): string {
  return name.slice(name.indexOf('/') + 1);
}

export function purlOf(name: NpmName): PackagePurl {
  return packagePurl(coordinatesOf(name));
}

export function releasePurlOf(name: NpmName, version: string): ReleasePurl {
  return releasePurl(coordinatesOf(name), version);
}

/** The conventional tarball name; clients leave the address out of their lock files when it is this one. */
export function tarballFilename(name: NpmName, version: string): string {
  return `${basenameOf(name)}-${version}.tgz`;
}

function coordinatesOf(name: NpmName): PackageName {
  const slash = name.indexOf('/');
  if (slash < 0) return { ecosystem: 'npm', name };
  return { ecosystem: 'npm', namespace: name.slice(0, slash), name: name.slice(slash + 1) };
}
