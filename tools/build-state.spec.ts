import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { everythingIsBuilt, hashOfSources } from './build-state.mjs';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'waybill-build-'));
  for (const folder of ['libs/a/src', 'services/b/src', 'services/c'])
    await mkdir(join(root, folder), { recursive: true });
  for (const folder of ['libs/a', 'services/b', 'services/c'])
    await writeFile(join(root, folder, 'package.json'), '{}');
  await writeFile(join(root, 'libs/a/src/index.ts'), 'export {};');
});

afterEach(() => rm(root, { recursive: true }));

async function build(...folders: string[]) {
  for (const folder of folders) await mkdir(join(root, folder, 'dist'));
}

describe('what is built', () => {
  it('is the same after the first build, so that the second start builds nothing', async () => {
    const before = hashOfSources(root);
    expect(everythingIsBuilt(root)).toBe(false);
    await build('libs/a', 'services/b');
    expect(hashOfSources(root)).toBe(before);
    expect(everythingIsBuilt(root)).toBe(true);
  });

  it('is stale when a source changes, comes or goes, and when a build was removed', async () => {
    await build('libs/a', 'services/b');
    const built = hashOfSources(root);
    await writeFile(join(root, 'services/b/src/new.ts'), '');
    expect(hashOfSources(root)).not.toBe(built);
    await rm(join(root, 'services/b/src/new.ts'));
    expect(hashOfSources(root)).toBe(built);
    await writeFile(join(root, 'libs/a/src/index.ts'), 'export const changed = true;');
    expect(hashOfSources(root)).not.toBe(built);
    await rm(join(root, 'libs/a/dist'), { recursive: true });
    expect(everythingIsBuilt(root)).toBe(false);
  });
});
