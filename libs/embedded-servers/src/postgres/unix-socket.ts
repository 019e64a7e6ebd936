import { access, constants, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** `sun_path` of every platform that there is a PostgreSQL for has room for this and a NUL (macOS has 104 bytes in all). */
const maxPathBytes = process.platform === 'linux' ? 107 : 103;
const longestPort = 5;
const prefix = '.s.PGSQL.';

/** Whether a client can name a socket in this directory: `connect(2)` takes no longer paths. */
export function socketFits(directory: string): boolean {
  return process.platform !== 'win32' && Buffer.byteLength(join(directory, prefix)) + longestPort <= maxPathBytes;
}

/** A killed server leaves its sockets and their locks; PostgreSQL would believe them when their process id lives again. */
export async function removeStaleSockets(directory: string): Promise<void> {
  for (const name of await readdir(directory)) {
    if (name.startsWith(prefix)) await rm(join(directory, name), { force: true });
  }
}

/** Whether this process may connect there: the directory is the server's alone, and of root's where it may all. */
export async function isReachable(directory: string, port: number): Promise<boolean> {
  return access(join(directory, `${prefix}${port}`), constants.R_OK | constants.W_OK).then(
    () => true,
    () => false,
  );
}
