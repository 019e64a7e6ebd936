import { randomUUID } from 'node:crypto';
import { link, readdir, readFile, rm, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { storeUnavailable } from '../blob-errors.js';
import { fileMode, makeDirectory, syncDirectory } from './durable-files.js';
import { storeErrorOf, systemErrorCode, unlessMissing } from './fs-error.js';

const marker = 'waybill-blobs.json';
/** Version 1 had two levels of folders. */
const markerText = `${JSON.stringify({ format: 'waybill-blobs', version: 2 })}\n`;
const probe = '.waybill-probe-';

/**
 * Makes sure that the directory is a blob store, or empty and becomes one; several processes may do that at once.
 * Throws `unavailable`: `store.foreign` for a directory with other contents, `store.read-only`, `store.denied`, `store.full`.
 */
export async function openRoot(rootDir: string): Promise<void> {
  try {
    await makeDirectory(rootDir);
    if (!(await hasMarker(rootDir))) await adoptRoot(rootDir);
    await probeRoot(rootDir);
  } catch (error) {
    if (systemErrorCode(error) === 'EEXIST' || systemErrorCode(error) === 'ENOTDIR') throw foreign(rootDir);
    throw storeErrorOf(error);
  }
}

/** Writes and removes a byte: permission bits alone say nothing about a full or read-only file system. */
export async function probeRoot(rootDir: string): Promise<void> {
  const path = join(rootDir, `${probe}${randomUUID()}`);
  try {
    await writeFile(path, '\n', { flag: 'wx', mode: fileMode });
  } catch (error) {
    throw storeErrorOf(error);
  } finally {
    await rm(path, { force: true }).catch(() => undefined);
  }
}

async function hasMarker(rootDir: string): Promise<boolean> {
  const text = await unlessMissing(readFile(join(rootDir, marker), 'utf8'));
  if (text === undefined) return false;
  if (text !== markerText) throw foreign(rootDir);
  return true;
}

async function adoptRoot(rootDir: string): Promise<void> {
  const names = await readdir(rootDir);
  const others = names.filter((name) => name !== 'lost+found' && name !== marker && !name.startsWith(probe));
  if (others.length > 0 && !(await hasMarker(rootDir))) throw foreign(rootDir);
  const draft = join(rootDir, `${probe}${randomUUID()}`);
  await writeFile(draft, markerText, {
    flag: 'wx',
    mode: fileMode,
  });
  // link(2) fails when another process was first, and never shows a half-written file.
  await link(draft, join(rootDir, marker)).catch((error: unknown) => {
    if (systemErrorCode(error) !== 'EEXIST') throw error;
  });
  await unlink(draft);
  await syncDirectory(rootDir);
}

function foreign(rootDir: string): Error {
  return storeUnavailable('store.foreign', `${rootDir} is not an object store of Waybill, and not an empty directory.`);
}
