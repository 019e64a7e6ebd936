import { createHash } from 'node:crypto';
import type { Hash } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { RandomAccessSource, ReadArchiveOptions } from '@waybill/archives';
import { readArchive } from '@waybill/archives';
import { asInvalidDistribution, invalidDistribution } from './distribution-refusal.js';
import type { RecordAlgorithm } from './wheel-record.js';

/** A file of a wheel, as its bytes are. */
export interface WheelMember {
  readonly path: string;
  readonly sizeBytes: number;
  /** Unpadded URL-safe base64, as RECORD has it. */
  readonly sha256: string;
}

export interface WheelContents {
  readonly members: ReadonlyMap<string, WheelMember>;
  readonly folders: ReadonlySet<string>;
  /** What lies in the folders `*.dist-info`, by path. */
  readonly info: ReadonlyMap<string, Buffer>;
  readonly unpackedBytes: number;
}

export type ReadingOptions = Pick<ReadArchiveOptions, 'budget' | 'signal'>;

const wanted = /^[^/]+\.dist-info\/(?:METADATA|WHEEL|RECORD|entry_points\.txt)$/i;
const maxFileBytes = 32 * 1024 * 1024;
// What installers read differently, or not at all, and honest wheels for every system have no need of (I1).
const refusedFlags = new Set(['archive.symlink', 'archive.zip-stored-descriptor', 'archive.path-not-normalized']);

/**
 * Reads a whole wheel once: every byte is checked (libs/archives), every file hashed. `forEverySystem`: it is also unpacked
 * where file systems take `A` for `a`. Errors: `invalid` `archive.*` and `pypi.wheel-*`.
 */
export async function readWheelContents(
  source: RandomAccessSource,
  forEverySystem: boolean,
  options: ReadingOptions = {},
): Promise<WheelContents> {
  const members = new Map<string, WheelMember>();
  const folders = new Set<string>();
  const info = new Map<string, Buffer>();
  const { unpackedBytes } = await reading(source, {
    ...options,
    onFinding: ({ code, path, message }) => {
      if (refusedFlags.has(code) || (forEverySystem && code === 'archive.case-collision')) {
        throw invalidDistribution('wheel-ambiguous', `The archive is not accepted: ${message} (${path})`);
      }
    },
    onEntry: async (entry, content) => {
      if (entry.type === 'directory') folders.add(entry.path);
      if (entry.type !== 'file') return;
      const hash = createHash('sha256');
      const kept = wanted.test(entry.path) ? keeping(entry.path, entry.size) : undefined;
      for await (const chunk of content as AsyncIterable<Buffer>) {
        hash.update(chunk);
        kept?.push(chunk);
      }
      members.set(entry.path, { path: entry.path, sizeBytes: entry.size, sha256: hash.digest('base64url') });
      if (kept !== undefined) info.set(entry.path, Buffer.concat(kept));
    },
  });
  return { members, folders, info, unpackedBytes };
}

/** Hashes some files of a wheel with something else than sha256; few wheels need it. */
export async function hashMembers(
  source: RandomAccessSource,
  algorithms: ReadonlyMap<string, RecordAlgorithm>,
  options: ReadingOptions = {},
): Promise<ReadonlyMap<string, string>> {
  const hashes = new Map<string, string>();
  await reading(source, {
    ...options,
    onEntry: async (entry, content) => {
      const algorithm = algorithms.get(entry.path);
      if (entry.type !== 'file' || algorithm === undefined) return;
      hashes.set(entry.path, (await digest(createHash(algorithm), content)).digest('base64url'));
    },
  });
  return hashes;
}

async function digest(hash: Hash, content: Readable): Promise<Hash> {
  for await (const chunk of content as AsyncIterable<Buffer>) hash.update(chunk);
  return hash;
}

async function reading(source: RandomAccessSource, options: ReadArchiveOptions): Promise<{ unpackedBytes: number }> {
  try {
    return await readArchive(source, 'zip', options);
  } catch (thrown) {
    throw asInvalidDistribution(thrown);
  }
}

function keeping(path: string, size: number): Buffer[] {
  if (size > maxFileBytes)
    throw invalidDistribution('wheel-too-large', `${path} is larger than ${maxFileBytes} bytes.`);
  return [];
}
