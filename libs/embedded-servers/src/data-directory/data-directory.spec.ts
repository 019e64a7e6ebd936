import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { openDataDirectory } from './data-directory.js';
import { readInstallationSecrets } from './installation-secrets.js';

let parent: string;
let path: string;

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'waybill-directory-'));
  path = join(parent, 'data');
});

afterEach(async () => {
  await rm(parent, { recursive: true, force: true });
});

async function refusal(given = path): Promise<{ code: string; message: string }> {
  const error: unknown = await openDataDirectory(given).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ name: 'DomainError' });
  return error as { code: string; message: string };
}

describe('openDataDirectory', () => {
  it('makes a directory that nobody else can read, and knows it again', async () => {
    const first = await openDataDirectory(path);
    expect(first.isNew).toBe(true);
    expect((await stat(path)).mode & 0o777).toBe(0o700);
    expect(JSON.parse(await readFile(join(path, 'waybill.json'), 'utf8'))).toMatchObject({ format: 1 });
    await first.close();
    const second = await openDataDirectory(path);
    expect(second.isNew).toBe(false);
    await second.close();
    expect(await readdir(path)).toEqual(['waybill.json']);
  });

  it('takes an empty directory that is there already, as a mounted volume is', async () => {
    await mkdir(join(path, 'lost+found'), { recursive: true });
    const directory = await openDataDirectory(path);
    expect(directory.isNew).toBe(true);
    await directory.close();
  });

  it('refuses a directory that is somebody else’s, and leaves nothing in it', async () => {
    await mkdir(path);
    await writeFile(join(path, 'thesis.txt'), '');
    expect(await refusal()).toMatchObject({ code: 'data-directory.foreign' });
    expect((await refusal()).message).toContain('thesis.txt');
    expect(await readdir(path)).toEqual(['thesis.txt']);
  });

  it('refuses a file, and a path below a file', async () => {
    await writeFile(path, '');
    expect(await refusal()).toMatchObject({ code: 'data-directory.is-file' });
    expect(await refusal(join(path, 'below'))).toMatchObject({ code: 'data-directory.is-file' });
  });

  it('refuses a directory that is read-only, for root too', async () => {
    await mkdir(path);
    await chmod(path, 0o555);
    expect(await refusal()).toMatchObject({ code: 'data-directory.read-only' });
  });

  it('refuses what a newer Waybill wrote, and a marker that is none', async () => {
    await mkdir(path);
    await writeFile(join(path, 'waybill.json'), '{"format":2}');
    expect(await refusal()).toMatchObject({ code: 'data-directory.newer-format' });
    await writeFile(join(path, 'waybill.json'), '{"format":"__proto__"}');
    expect(await refusal()).toMatchObject({ code: 'data-directory.damaged' });
  });

  it('lets one process in at a time, and takes over from one that is gone', async () => {
    const holder = await openDataDirectory(path);
    expect((await refusal()).message).toContain(`in use by process ${process.pid}`);
    await holder.close();
    for (const stale of [{ pid: 2 ** 22 + 1, start: 'x' }, { pid: process.pid, start: 'another boot' }, 'garbage']) {
      await writeFile(join(path, 'waybill.lock.3'), JSON.stringify(stale));
      await (await openDataDirectory(path)).close();
    }
  });

  it('gives a stale directory to one of many that want it', async () => {
    await (await openDataDirectory(path)).close();
    await writeFile(join(path, 'waybill.lock.3'), JSON.stringify({ pid: process.pid, start: 'another boot' }));
    const results = await Promise.allSettled(Array.from({ length: 20 }, () => openDataDirectory(path)));
    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
  });
});

describe('readInstallationSecrets', () => {
  it('makes a secret once, keeps it, and tells installations apart', async () => {
    const other = join(parent, 'other');
    await Promise.all([mkdir(path), mkdir(other)]);
    const secrets = readInstallationSecrets(path);
    const made = secrets.secret('nats-auth');
    expect(Buffer.from(made, 'base64url')).toHaveLength(32);
    expect(readInstallationSecrets(path).secret('nats-auth')).toBe(made);
    expect(secrets.secret('nats-publish')).not.toBe(made);
    expect(readInstallationSecrets(other).secret('nats-auth')).not.toBe(made);
    expect((await stat(join(path, 'secrets.json'))).mode & 0o777).toBe(0o600);
  });

  it('never replaces secrets that it cannot read', async () => {
    await mkdir(path);
    await writeFile(join(path, 'secrets.json'), '{"nats-au');
    expect(() => readInstallationSecrets(path)).toThrow('cannot be read');
  });
});
