import { link, open, rename, stat, unlink, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import type { Digest } from '@waybill/domain';

import { blobKeyOf } from '../blob-key.js';
import { newStagedKey } from '../staged-key.js';
import { makeDirectory, syncDirectory } from './durable-files.js';
import { systemErrorCode, unlessMissing } from './fs-error.js';
import type { KnownDirectories } from './known-directories.js';

export function blobPath(rootDir: string, digest: Digest): string {
  return join(rootDir, blobKeyOf(digest));
}

/** Sets the time the collector looks at; false when the file is gone. */
export async function touchFile(path: string): Promise<boolean> {
  const now = new Date();
  return (await unlessMissing(utimes(path, now, now).then(() => true))) ?? false;
}

/** Moves a complete file to its final name, bytes and name durably; false when `from` is gone. */
export async function moveInto(from: string, to: string, directories: KnownDirectories): Promise<boolean> {
  const directory = dirname(to);
  await directories.ensure(directory);
  if (!(await touchAndSync(from))) return false;
  const moved = await unlessMissing(rename(from, to).then(() => true));
  if (moved === undefined) return directories.forget(directory) ? moveInto(from, to, directories) : false;
  await syncDirectory(directory);
  return true;
}

// The bytes may have waited for days; what is new to its name must not look old to the collector.
async function touchAndSync(path: string): Promise<boolean> {
  const file = await unlessMissing(open(path, 'r'));
  if (file === undefined) return false;
  try {
    const now = new Date();
    await file.utimes(now, now);
    await file.sync();
    return true;
  } finally {
    await file.close();
  }
}

/**
 * Deletes a blob unless it was touched since. The file is moved aside first and judged there: an upload that finds it
 * before the move touches it, and it comes back; one that looks after the move stores its own bytes.
 */
export async function removeUntouched(rootDir: string, path: string, untouchedSince: Date): Promise<boolean> {
  const before = await unlessMissing(stat(path));
  if (before === undefined || before.mtime >= untouchedSince) return false;
  const aside = join(rootDir, newStagedKey());
  await makeDirectory(dirname(aside));
  if ((await unlessMissing(rename(path, aside).then(() => true))) === undefined) return false;
  const touched = (await stat(aside)).mtime >= untouchedSince;
  if (touched) {
    await link(aside, path).catch((error: unknown) => {
      if (systemErrorCode(error) !== 'EEXIST') throw error;
    });
  }
  await unlink(aside);
  await syncDirectory(dirname(path));
  return !touched;
}
