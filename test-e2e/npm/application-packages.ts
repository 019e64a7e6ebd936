import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { machineEnvironment, readPackageLock, toolCacheDirectory } from '@waybill/client-drivers';
import { extract } from 'tar-stream';
import { fileOf } from './real-packages.js';

/** A real application: what it asks for, and its whole dependency tree as the npm registry resolved it. */
export const applicationDirectory = join(import.meta.dirname, 'application');

const packers = 6;

/** `name@version` → integrity at the npm registry, of everything that the application needs. */
export async function applicationPackages(): Promise<Map<string, string>> {
  const lock = readPackageLock(await readFile(join(applicationDirectory, 'package-lock.json'), 'utf8'));
  return new Map([...lock].flatMap(([spec, integrity]) => (integrity === undefined ? [] : [[spec, integrity]])));
}

/** The tarballs as the npm registry has them, fetched once with the machine's own npm. Answers the folder. */
export async function fetchTarballs(specs: readonly string[]): Promise<string> {
  const directory = join(toolCacheDirectory(), 'application-packages');
  await mkdir(directory, { recursive: true });
  const present = new Set(await readdir(directory));
  const missing = specs.filter((spec) => !present.has(fileOf(spec)));
  const share = Math.ceil(missing.length / packers);
  const shares = Array.from({ length: packers }, (_, index) => missing.slice(index * share, (index + 1) * share));
  await Promise.all(shares.filter((part) => part.length > 0).map((part) => fetchInto(directory, part)));
  return directory;
}

// Into a folder of its own first: what is visible is always complete, also when two runs fetch at once.
async function fetchInto(directory: string, specs: readonly string[]): Promise<void> {
  const unfinished = await mkdtemp(join(toolCacheDirectory(), '.unfinished-application-'));
  try {
    await promisify(execFile)('npm', ['pack', '--silent', '--pack-destination', unfinished, ...specs], {
      cwd: unfinished,
      env: machineEnvironment(),
      timeout: 600_000,
      maxBuffer: 16 * 1024 * 1024,
    });
    for (const spec of specs) await rename(join(unfinished, fileOf(spec)), join(directory, fileOf(spec)));
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

/** What a client sends along with a tarball: its package.json, just below the top folder whatever that is called. */
export async function packageJsonIn(tarball: Buffer): Promise<Record<string, unknown>> {
  const entries = Readable.from([gunzipSync(tarball)]).pipe(extract());
  for await (const entry of entries) {
    if (/^(\.\/)?[^/]+\/package\.json$/.test(entry.header.name)) {
      return JSON.parse((await text(entry)).replace(/^\uFEFF/, '')) as Record<string, unknown>;
    }
    entry.resume();
  }
  throw new Error('No package.json in this tarball.');
}
