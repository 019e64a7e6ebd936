import { createCipheriv, createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** A file of this size whose bytes do not compress; the same seed gives the same bytes. */
export interface RandomFile {
  readonly randomBytes: number;
  readonly seed?: string;
}

export type FileContent = string | Uint8Array | RandomFile;

export interface PackageContent {
  readonly name: string;
  readonly version: string;
  /** By path in the package. Default: an `index.js` that exports its own name and version. */
  readonly files?: Readonly<Record<string, FileContent>>;
  /** Further fields of package.json; may replace any. */
  readonly packageJson?: Readonly<Record<string, unknown>>;
}

const blockBytes = 1024 * 1024;

/** Writes a package to publish into `directory` (made when missing) and answers the directory. */
export async function makePackage(directory: string, content: PackageContent): Promise<string> {
  const { name, version, files, packageJson } = content;
  const manifest = { name, version, license: 'MIT', ...packageJson };
  const index = `module.exports = ${JSON.stringify(`${name}@${version}`)};\n`;
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  const all: Record<string, FileContent> = { 'index.js': index, ...files };
  for (const [path, file] of Object.entries(all)) {
    const target = join(directory, path);
    await mkdir(dirname(target), { recursive: true });
    if (typeof file === 'string' || file instanceof Uint8Array) await writeFile(target, file);
    else await pipeline(Readable.from(incompressible(file)), createWriteStream(target));
  }
  return directory;
}

/** The key stream of a cipher: looks random, costs next to nothing, and can be made again. */
export function* incompressible({ randomBytes, seed = 'waybill' }: RandomFile): Generator<Buffer> {
  const key = createHash('sha256').update(seed).digest();
  const cipher = createCipheriv('aes-256-ctr', key, Buffer.alloc(16));
  const zeros = Buffer.alloc(blockBytes);
  for (let left = randomBytes; left > 0; left -= blockBytes) yield cipher.update(zeros.subarray(0, left));
}
