import { DomainError } from '@waybill/domain';
import normalize from 'normalize-package-data';
import { clean, valid } from 'semver';

/** A package.json as its author wrote it: any JSON object. */
export type PackageJson = Readonly<Record<string, unknown>>;

const maxDepth = 64;
const maxEntriesPerField = 5000;

/** Errors: `invalid` `npm.package-json`. */
export function parsePackageJson(contents: Buffer): PackageJson {
  let value: unknown;
  try {
    value = JSON.parse(contents.toString('utf8').replace(/^\uFEFF/, ''));
  } catch (error) {
    throw malformed('is not valid JSON', error);
  }
  if (!isObject(value)) throw malformed('is not a JSON object');
  if (depthOf(value, 0) > maxDepth) throw malformed(`is nested deeper than ${maxDepth} levels`);
  // Who merges it into an object would get another prototype (security.md I4).
  if (hasKey(value, '__proto__')) throw malformed('has a key named __proto__');
  return value;
}

/** The one form of a version that is compared and stored: strict SemVer without build metadata, which npm ignores. */
export function canonicalVersion(version: unknown): string | undefined {
  if (typeof version !== 'string' || version.length > 256) return undefined;
  return valid(clean(version, { loose: true })) ?? undefined;
}

/** The fields that decide what an installation does, in the form in which npm's own client reads them. */
export interface InstallFacts {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly optionalDependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly bundled: readonly string[];
  readonly bin: Readonly<Record<string, string>>;
  readonly installScripts: Readonly<Record<string, string>>;
}

const known = new WeakMap<PackageJson, InstallFacts>();

/** Errors: `invalid` and `limit` `npm.package-json`. */
export function installFactsOf(manifest: PackageJson): InstallFacts {
  const before = known.get(manifest);
  if (before !== undefined) return before;
  const facts = readInstallFacts(manifest);
  known.set(manifest, facts);
  return facts;
}

function readInstallFacts(data: PackageJson): InstallFacts {
  // Only what an installation follows is normalized: odd people, licences or readmes are nobody's problem here.
  const relevant: Record<string, unknown> = { name: data['name'], version: canonicalVersion(data['version']) };
  for (const field of [
    'dependencies',
    'optionalDependencies',
    'peerDependencies',
    'bundleDependencies',
    'bundledDependencies',
    'bin',
    'scripts',
  ]) {
    if (data[field] !== undefined && data[field] !== null) relevant[field] = structuredClone(data[field]);
  }
  for (const [field, value] of Object.entries(relevant)) {
    // Normalizing costs time per entry, on the event loop that serves reads (security.md I3).
    if (isObject(value) && Object.keys(value).length > maxEntriesPerField) {
      throw new DomainError(
        'limit',
        'npm.package-json',
        `package.json has more than ${maxEntriesPerField} entries in ${field}.`,
      );
    }
  }
  const ranges = dependencyFields.map((field) => setRangesAside(relevant[field]));
  try {
    normalize(relevant);
  } catch (error) {
    throw malformed('cannot be understood', error);
  }
  for (const [index, field] of dependencyFields.entries()) putBack(relevant[field], ranges[index]);
  const optional = stringsOf(relevant['optionalDependencies']);
  return {
    dependencies: { ...stringsOf(relevant['dependencies']), ...optional },
    optionalDependencies: optional,
    peerDependencies: stringsOf(relevant['peerDependencies']),
    bundled: bundledOf(relevant),
    bin: binOf(relevant['bin']),
    installScripts: pick(stringsOf(relevant['scripts']), ['preinstall', 'install', 'postinstall']),
  };
}

const dependencyFields = ['dependencies', 'optionalDependencies', 'peerDependencies'] as const;
const plainRange = /^[~^]?\d{1,9}\.\d{1,9}\.\d{1,9}$/;

// Whether a range is the address of a repository is found out by parsing it as a URL, which throws for all that are none.
function setRangesAside(dependencies: unknown): Readonly<Record<string, string>> {
  const ranges = Object.fromEntries(
    Object.entries(stringsOf(dependencies)).filter(([, range]) => plainRange.test(range)),
  );
  putBack(dependencies, Object.fromEntries(Object.keys(ranges).map((name) => [name, ''])));
  return ranges;
}

function putBack(dependencies: unknown, ranges: Readonly<Record<string, string>> = {}): void {
  if (isObject(dependencies)) Object.assign(dependencies, ranges);
}

/** Whether installing it runs code of its own (`hasInstallScript` of the abbreviated form). */
export function runsCodeOnInstall(manifest: PackageJson, hasBindingGyp: boolean): boolean {
  const scripts = stringsOf(manifest['scripts']);
  return hasBindingGyp || ['preinstall', 'install', 'postinstall'].some((name) => (scripts[name] ?? '') !== '');
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function bundledOf(data: Record<string, unknown>): string[] {
  const bundled = data['bundleDependencies'] ?? data['bundledDependencies'];
  if (bundled === true) return Object.keys(stringsOf(data['dependencies'])).sort();
  return Array.isArray(bundled) ? bundled.filter((name) => typeof name === 'string').sort() : [];
}

function binOf(bin: unknown): Record<string, string> {
  return Object.fromEntries(
    Object.entries(stringsOf(bin)).map(([name, path]) => [name.slice(name.lastIndexOf('/') + 1), cleanPath(path)]),
  );
}

// `./cli.js`, `/cli.js` and `cli.js` are one file inside of the package.
function cleanPath(path: string): string {
  const parts = path
    .replaceAll('\\', '/')
    .split('/')
    .filter((part) => part !== '' && part !== '.');
  return parts.join('/');
}

function stringsOf(value: unknown): Record<string, string> {
  if (!isObject(value)) return {};
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

function pick(from: Record<string, string>, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(Object.entries(from).filter(([name, value]) => names.includes(name) && value !== ''));
}

function depthOf(value: unknown, depth: number): number {
  if (depth > maxDepth || typeof value !== 'object' || value === null) return depth;
  return Object.values(value).reduce<number>((deepest, child) => Math.max(deepest, depthOf(child, depth + 1)), depth);
}

/** Of a value that is not nested deeper than `maxDepth`. */
function hasKey(value: unknown, key: string): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.hasOwn(value, key) || Object.values(value).some((child) => hasKey(child, key));
}

function malformed(what: string, cause?: unknown): DomainError {
  return new DomainError('invalid', 'npm.package-json', `The package.json in the tarball ${what}.`, { cause });
}
