import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { ArchiveEntry } from '@waybill/archives';
import { readArchive } from '@waybill/archives';
import { DomainError } from '@waybill/domain';
import type { PackageJson } from './package-json.js';
import { parsePackageJson } from './package-json.js';
import { TopFolders } from './top-folders.js';

const maxFileBytes = 4 * 1024 * 1024;
const maxReadmeCharacters = 64 * 1024;
const readmePath = /^[^/]+\/readme(\.[a-z0-9]{1,10})?$/i;
const wanted = /^[^/]+\/(package\.json|npm-shrinkwrap\.json|binding\.gyp|readme(\.[a-z0-9]{1,10})?)$/i;

const installFiles = ['package.json', 'npm-shrinkwrap.json', 'binding.gyp'];

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
 * `package.json` is the one right below it; what falls into one place is refused, see top-folders.ts.
 * What breaks the rules of archive safety is left out here and judged by the scanner, which gives every reason at once.
 * Errors: `invalid` `npm.tarball-*`, and those of libs/archives.
 */
export async function readTarball(source: Readable): Promise<TarballContents> {
  const files = new Map<string, Buffer>();
  const topFolders = new TopFolders();
  let fileCount = 0;
  let unpackedBytes = 0;
  await readArchive(source, 'tar.gz', {
    mode: 'collect',
    onEntry: async (entry, content) => {
      if (entry.type === 'directory') return;
      topFolders.addFile(entry.path);
      if (entry.type !== 'file') return;
      fileCount += 1;
      unpackedBytes += entry.size;
      if (wanted.test(entry.path)) files.set(entry.path, await contentsOf(entry, content));
    },
  });
  return { ...describe(files), fileCount, unpackedBytes };
}

async function contentsOf(entry: ArchiveEntry, content: Readable): Promise<Buffer> {
  if (entry.size > maxFileBytes) {
    throw new DomainError('limit', 'npm.tarball-manifest', `${entry.path} is larger than ${maxFileBytes} bytes.`);
  }
  return buffer(content);
}

function describe(files: ReadonlyMap<string, Buffer>): Omit<TarballContents, 'fileCount' | 'unpackedBytes'> {
  const byName = (name: string) => [...files].filter(([path]) => path.slice(path.indexOf('/') + 1) === name);
  const disguised = [...files.keys()].find((path) => {
    const name = path.slice(path.indexOf('/') + 1);
    return installFiles.includes(name.toLowerCase()) && !installFiles.includes(name);
  });
  if (disguised !== undefined) {
    // On a disk that does not tell cases apart, it may take the place of the file that was looked at (P9).
    throw new DomainError(
      'invalid',
      'npm.tarball-manifest',
      `${disguised} differs from a file that npm reads in case only.`,
    );
  }
  const [manifest] = byName('package.json');
  if (manifest === undefined) {
    throw new DomainError('invalid', 'npm.tarball-manifest', 'The tarball has no package.json.');
  }
  const readme = [...files].find(([path]) => readmePath.test(path));
  return {
    packageJson: parsePackageJson(manifest[1]),
    hasShrinkwrap: byName('npm-shrinkwrap.json').length > 0,
    hasBindingGyp: byName('binding.gyp').length > 0,
    readme: readme === undefined ? undefined : readableText(readme[1]),
    readmeFilename: readme?.[0].slice(readme[0].indexOf('/') + 1),
  };
}

// No NUL and no half of a character: a database takes neither.
function readableText(contents: Buffer): string {
  return contents.toString('utf8').slice(0, maxReadmeCharacters).replaceAll('\0', '').toWellFormed();
}
