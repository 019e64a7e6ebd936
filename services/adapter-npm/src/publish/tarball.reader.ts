import type { Readable } from 'node:stream';
import { readEntries } from '@waybill/archives';
import { DomainError } from '@waybill/domain';
import type { PackageJson } from './package-json.js';
import { parsePackageJson } from './package-json.js';

const maxFileBytes = 1024 * 1024;
const maxReadmeCharacters = 64 * 1024;

export interface TarballContents {
  readonly packageJson: PackageJson;
  readonly fileCount: number;
  readonly unpackedBytes: number;
  readonly hasShrinkwrap: boolean;
  readonly hasBindingGyp: boolean;
  readonly readme: string | undefined;
  readonly readmeFilename: string | undefined;
}

/**
 * Reads of a tarball what its metadata is made from. npm takes off the first folder of every path, whatever its name, so
 * `package.json` is the one right below it; two of them are refused, since clients could disagree on which one counts.
 * What breaks the rules of archive safety is left out here and judged by the scanner, which gives every reason at once.
 * Errors: `invalid` `npm.tarball-*`, and those of libs/archives.
 */
export async function readTarball(source: Readable): Promise<TarballContents> {
  const wanted = (path: string) =>
    /^[^/]+\/(package\.json|npm-shrinkwrap\.json|binding\.gyp|readme(\.[a-z0-9]{1,10})?)$/i.test(path);
  const { files, summary } = await readEntries(source, 'tar.gz', wanted, {
    mode: 'collect',
    maxBytesEach: maxFileBytes,
  });
  const byName = (name: string) => [...files].filter(([path]) => path.slice(path.indexOf('/') + 1) === name);
  const [manifest, another] = byName('package.json');
  if (manifest === undefined) {
    throw new DomainError('invalid', 'npm.tarball-manifest', 'The tarball has no package.json.');
  }
  if (another !== undefined) {
    throw new DomainError('invalid', 'npm.tarball-manifest', 'The tarball has more than one package.json at its top.');
  }
  const readme = [...files].find(([path]) => /^[^/]+\/readme(\.[a-z0-9]+)?$/i.test(path));
  return {
    packageJson: parsePackageJson(manifest[1]),
    fileCount: summary.entries,
    unpackedBytes: summary.unpackedBytes,
    hasShrinkwrap: byName('npm-shrinkwrap.json').length > 0,
    hasBindingGyp: byName('binding.gyp').length > 0,
    readme: readme?.[1].toString('utf8').slice(0, maxReadmeCharacters),
    readmeFilename: readme?.[0].slice(readme[0].indexOf('/') + 1),
  };
}
