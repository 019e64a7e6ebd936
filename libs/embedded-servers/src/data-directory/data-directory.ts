import { readFileSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { DomainError } from '@waybill/domain';

import { lockDirectory, lockPrefix } from './directory-lock.js';
import { writeDurably } from './write-durably.js';

const markerName = 'waybill.json';
/** The layout of the directory. A change that an older Waybill must not touch counts it up. */
const format = 1;

export interface DataDirectory {
  /** Absolute, without symbolic links. */
  readonly path: string;
  /** Whether this call made it an installation. */
  readonly isNew: boolean;
  /** Gives it free for another process. */
  close(): Promise<void>;
}

/**
 * Opens the directory of an installation for this process alone; makes it (mode 0700) when there is none. Throws
 * DomainError `data-directory.is-file`, `.read-only`, `.foreign`, `.newer-format`, `.damaged`, `.in-use` or
 * `.unreachable`, each with one sentence for the operator.
 */
export async function openDataDirectory(path: string): Promise<DataDirectory> {
  const given = resolve(path);
  const directory = await makeDirectory(given);
  const isNew = !(await isInstallation(directory));
  const lock = await lockDirectory(directory).catch((error: unknown) => {
    throw refusal('read-only', `The data directory ${given} cannot be written.`, error);
  });
  if (!lock.held) {
    throw refusal('in-use', `The data directory ${given} is in use by process ${lock.pid}.`);
  }
  if (isNew) {
    await chmod(directory, 0o700).catch(() => undefined);
    const marker = { format, createdAt: new Date().toISOString(), version: ownVersion() };
    writeDurably(join(directory, markerName), `${JSON.stringify(marker, undefined, 2)}\n`);
  }
  return { path: directory, isNew, close: () => lock.release() };
}

async function makeDirectory(given: string): Promise<string> {
  try {
    await mkdir(given, { recursive: true, mode: 0o700 });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EEXIST' || code === 'ENOTDIR') {
      throw refusal('is-file', `The data directory ${given} is a file, or below one.`, error);
    }
    throw refusal('read-only', `The data directory ${given} cannot be created (${String(code)}).`, error);
  }
  // Root may write where nobody may; a directory without any write permission is meant to stay as it is.
  if (((await stat(given)).mode & 0o222) === 0) {
    throw refusal('read-only', `The data directory ${given} is read-only.`);
  }
  return await realpath(given);
}

/** False for an empty directory; a refusal for somebody else's. */
async function isInstallation(directory: string): Promise<boolean> {
  let names: string[];
  try {
    names = await readdir(directory);
  } catch (error) {
    throw refusal('unreachable', `The data directory ${directory} cannot be read by this user.`, error);
  }
  if (names.includes(markerName)) {
    await checkMarker(directory);
    return true;
  }
  const foreign = names.find(
    (name) => name !== 'lost+found' && !name.startsWith(lockPrefix) && !name.startsWith(`${markerName}.`),
  );
  if (foreign !== undefined) {
    throw refusal(
      'foreign',
      `The data directory ${directory} is not empty and not Waybill's (it holds "${foreign}"); name another one.`,
    );
  }
  return false;
}

async function checkMarker(directory: string): Promise<void> {
  const found = await readFormat(join(directory, markerName)).catch((error: unknown) => {
    throw refusal('damaged', `${join(directory, markerName)} cannot be read.`, error);
  });
  if (found > format) {
    throw refusal(
      'newer-format',
      `The data directory ${directory} was written by a newer Waybill (format ${found}, this one knows ${format}).`,
    );
  }
}

async function readFormat(path: string): Promise<number> {
  const marker: unknown = JSON.parse(await readFile(path, 'utf8'));
  const value = typeof marker === 'object' && marker !== null && 'format' in marker ? marker.format : undefined;
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 1) throw new Error('No format is named.');
  return value;
}

function ownVersion(): string {
  const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  return manifest.version;
}

function refusal(reason: string, message: string, cause?: unknown): DomainError {
  const kind =
    reason === 'is-file' ? 'invalid' : reason === 'read-only' || reason === 'unreachable' ? 'forbidden' : 'conflict';
  return new DomainError(kind, `data-directory.${reason}`, message, { cause });
}
