import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { installTool, npmToolById } from '../src/index.js';

const tool = npmToolById('yarn-classic');
let cache: string;
beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), 'waybill-tools-'));
});
afterEach(async () => {
  await rm(cache, { recursive: true });
});

it('installs a tool once for callers at the same time and later ones, and leaves nothing unfinished', async () => {
  const [one, two] = await Promise.all([installTool(tool, cache), installTool(tool, cache)]);
  expect(two).toEqual(one);
  expect(await readdir(cache)).toEqual(['yarn-classic-1.22.22']);
  const before = await stat(one.directory);
  expect((await installTool(tool, cache)).programs['yarn']).toEqual(one.programs['yarn']);
  expect((await stat(one.directory)).mtimeMs).toBe(before.mtimeMs);
});

it('says what is missing and leaves nothing when a version cannot be had', async () => {
  const wrong = { ...tool, source: { ...tool.source, version: '1.22.99999' } };
  await expect(installTool(wrong, cache)).rejects.toMatchObject({
    code: 'client.install-failed',
    message: expect.stringContaining('yarn@1.22.99999') as string,
  });
  expect(await readdir(cache)).toEqual([]);
});
