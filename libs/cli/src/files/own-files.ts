import { createReadStream, createWriteStream } from 'node:fs';
import { open, readFile, stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CliError } from '../cli-error.js';
import { exitCodes } from '../exit-code.js';

const wordsOf: Readonly<Record<string, string>> = {
  ENOENT: 'is not there',
  ENOTDIR: 'is not there',
  EEXIST: 'is there already: name one that is not',
  EISDIR: 'is a folder',
  EACCES: 'may not be opened by you',
  EPERM: 'may not be opened by you',
};

/** Writes a file that nobody else may read. Throws `CliError` `usage` where one is there already, or none can be made. */
export async function writeNewFile(file: string, content: Readable): Promise<void> {
  await pipeline(content, createWriteStream(file, { flags: 'wx', mode: 0o600 })).catch(explained(file));
}

/** Throws `CliError` `usage` where it cannot be made; leaves nothing behind. For asking before the work is done. */
export async function mustBeNew(file: string): Promise<void> {
  const there = await stat(file).catch(() => undefined);
  if (there !== undefined) throw wrongFile(file, 'EEXIST');
}

/** The text of a small file, a settings file for instance. Throws `CliError` `usage` where it cannot be read. */
export function textOfFile(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(explained(file));
}

/** The bytes of a file of any size. Throws `CliError` `usage` where it cannot be read. */
export async function bytesOfFile(file: string): Promise<Readable> {
  const handle = await open(file).catch(explained(file));
  const isFolder = (await handle.stat()).isDirectory();
  await handle.close();
  if (isFolder) throw wrongFile(file, 'EISDIR');
  return createReadStream(file);
}

function explained(file: string): (error: unknown) => never {
  return (error) => {
    if (error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code in wordsOf) {
      throw wrongFile(file, error.code);
    }
    throw error;
  };
}

function wrongFile(file: string, code: string): CliError {
  return new CliError(`${file} ${wordsOf[code] ?? 'cannot be used'}.`, exitCodes.usage);
}
