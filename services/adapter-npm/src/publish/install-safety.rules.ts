import { DomainError } from '@waybill/domain';
import validateNpmPackageName from 'validate-npm-package-name';
import type { PackageJson } from './package-json.js';
import { installFactsOf, isObject } from './package-json.js';

// Control and invisible characters, and those that turn the direction of a text around.
const hidden = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;
const maxRangeCharacters = 2048;

/**
 * Refuses a package.json that would make some client write outside of where the package is installed, or ask for what is
 * no package (security.md P9, P10). npm itself turns such paths back inside; other clients, and older ones, join them as
 * they are. What npm merely tidies up and real packages have (`./`, a leading slash, backslashes, a scope in the name of
 * a bin, legacy names of dependencies) is left alone. Errors: `invalid` `npm.package-json-unsafe` with the places.
 */
export function assertInstallsInside(manifest: PackageJson): void {
  const problems = [...unsafeBins(manifest['bin']), ...unsafeFolders(manifest), ...unsafeDependencies(manifest)];
  if (problems.length === 0) return;
  const shown = problems.slice(0, 10).map((place) => place.slice(0, 200));
  throw new DomainError(
    'invalid',
    'npm.package-json-unsafe',
    `package.json has what cannot be installed safely: ${shown.join('; ')}.`,
    { details: { problems: shown } },
  );
}

function unsafeBins(bin: unknown): string[] {
  if (typeof bin === 'string') return escapes(bin) ? [`the path of bin, ${JSON.stringify(bin)}`] : [];
  if (Array.isArray(bin)) return bin.flatMap((path: unknown) => unsafeBins(path));
  if (!isObject(bin)) return [];
  return Object.entries(bin).flatMap(([name, path]) => [
    ...(isCommandName(name) ? [] : [`the name of a bin, ${JSON.stringify(name)}`]),
    ...(typeof path === 'string' && escapes(path) ? [`the path of a bin, ${JSON.stringify(path)}`] : []),
  ]);
}

// Of `@scope/name` and `./name` clients take the last part, as npm does. It becomes a file in a folder of the PATH.
function isCommandName(name: string): boolean {
  const segments = name.split('/');
  const last = segments.at(-1) ?? '';
  if (segments.includes('..') || hidden.test(name) || /[\\:*?"<>|]/.test(name)) return false;
  return last !== '' && last !== '.' && !/[. ]$/.test(last);
}

function unsafeFolders(manifest: PackageJson): string[] {
  const directories = isObject(manifest['directories']) ? manifest['directories'] : {};
  const folders = ['bin', 'man'].flatMap((key) => {
    const path = directories[key];
    return typeof path === 'string' && escapes(path) ? [`directories.${key}, ${JSON.stringify(path)}`] : [];
  });
  const pages = [manifest['man']].flat().filter((page) => typeof page === 'string');
  return [...folders, ...pages.filter(escapes).map((page) => `man, ${JSON.stringify(page)}`)];
}

/** Whether a path leaves the package on any system: it climbs, has a drive, or hides something. */
function escapes(path: string): boolean {
  return path.split(/[/\\]/).includes('..') || /^\s*[a-z]:/i.test(path) || hidden.test(path);
}

function unsafeDependencies(manifest: PackageJson): string[] {
  // The form in which npm reads them: old packages have lists and single texts.
  const facts = installFactsOf(manifest);
  const ranges = [facts.dependencies, facts.optionalDependencies, facts.peerDependencies].flatMap((all) =>
    Object.entries(all),
  );
  const names = [...ranges.map(([name]) => name), ...facts.bundled];
  const unsafeNames = [...new Set(names)].filter((name) => !isDependencyName(name));
  const unsafeRanges = ranges.filter(([, range]) => hidden.test(range.trim()) || range.length > maxRangeCharacters);
  return [
    ...unsafeNames.map((name) => `the name of a dependency, ${JSON.stringify(name)}`),
    ...unsafeRanges.map(([name]) => `the range of ${name}`),
  ];
}

/** Legacy names count: upper case, and characters that new packages may not have. */
function isDependencyName(name: string): boolean {
  return validateNpmPackageName(name).validForOldPackages;
}
