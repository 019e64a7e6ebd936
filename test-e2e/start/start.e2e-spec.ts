import { createServer } from 'node:net';
import { chmod, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort, tempDir } from '@waybill/testing';
import { describe, expect, it } from 'vitest';
import { Registry, unique } from '../registry.js';
import { rawPublish } from '../npm/raw-publish.js';
import { childrenOf, isAlive } from '../processes.js';
import { tarballWith } from '../npm/tar.js';
import { runWaybill, startWaybill } from '../waybill-process.js';

describe('a start that cannot be', () => {
  it('says in one sentence that the port is in use', async () => {
    await using directory = await tempDir('port');
    const server = createServer();
    const port = await freePort();
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    const result = await runWaybill({ WAYBILL_PORT: String(port), WAYBILL_DATA_DIR: join(directory.path, 'data') });
    server.close();
    expect(result).toEqual({
      code: 1,
      stderr: expect.stringMatching(/^Port \d+ on 127\.0\.0\.1 is in use; .*\n$/) as string,
    });
  });

  it('says in one sentence that a directory is read-only, somebody else’s, or a file', async () => {
    await using directory = await tempDir('directories');
    const readOnly = join(directory.path, 'read-only');
    await mkdir(readOnly);
    await chmod(readOnly, 0o500);
    const foreign = join(directory.path, 'foreign');
    await mkdir(foreign);
    await writeFile(join(foreign, 'thesis.txt'), 'mine');
    const file = join(directory.path, 'file');
    await writeFile(file, '');
    const port = String(await freePort());
    for (const [path, sentence] of [
      [readOnly, /read-only/],
      [foreign, /not empty and not Waybill's/],
      [file, /is a file/],
    ] as const) {
      const { code, stderr } = await runWaybill({ WAYBILL_PORT: port, WAYBILL_DATA_DIR: path });
      expect(code).toBe(1);
      expect(stderr).toMatch(sentence);
      expect(stderr.trim().split('\n')).toHaveLength(1);
    }
    expect(await readFile(join(foreign, 'thesis.txt'), 'utf8')).toBe('mine');
  });

  it('says what is wrong with a port', async () => {
    const { code, stderr } = await runWaybill({ WAYBILL_PORT: 'eighty' });
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(/WAYBILL_PORT must be a number/) as string,
    });
  });
});

describe('an installation', () => {
  it('keeps its first credentials to itself, takes its children along, and is alone in its directory', async () => {
    await using stack = new AsyncDisposableStack();
    const waybill = await startWaybill();
    stack.defer(() => waybill.dispose());
    expect((await stat(join(waybill.dataDir, 'first-admin.json'))).mode & 0o777).toBe(0o600);
    const second = await runWaybill({ WAYBILL_PORT: String(await freePort()), WAYBILL_DATA_DIR: waybill.dataDir });
    expect(second).toEqual({ code: 1, stderr: expect.stringMatching(/in use by process/) as string });
    const children = childrenOf(waybill.pid);
    expect(children.length).toBeGreaterThanOrEqual(2);
    expect(await waybill.stop()).toBe(0);
    await expect.poll(() => children.filter(isAlive)).toEqual([]);
  });

  it('stops with everything it started when npm is told to stop', async () => {
    await using stack = new AsyncDisposableStack();
    const waybill = await startWaybill({ throughNpm: true });
    stack.defer(() => waybill.dispose());
    const children = childrenOf(waybill.pid);
    expect(children.length).toBeGreaterThanOrEqual(4);
    await waybill.stop();
    await expect.poll(() => children.filter(isAlive), { timeout: 20_000 }).toEqual([]);
  });

  it('shares nothing with another one beside it', async () => {
    await using stack = new AsyncDisposableStack();
    const [one, two] = await Promise.all([startWaybill(), startWaybill()]);
    stack.defer(() => one.dispose());
    stack.defer(() => two.dispose());
    expect(one.admin.password).not.toBe(two.admin.password);
    const name = unique('only-here');
    const tarball = tarballWith([{ name: 'package/package.json', text: JSON.stringify({ name, version: '1.0.0' }) }]);
    expect((await rawPublish(new Registry(one.admin), { name, version: '1.0.0', tarball })).status).toBe(201);
    expect((await new Registry(two.admin).get(`/npm/main/${name}`)).status).toBe(404);
    const foreign = await new Registry(two.admin).get('/npm/main/-/whoami', {
      authorization: `Bearer ${one.admin.token}`,
    });
    expect(foreign.status).toBe(401);
  });
});
