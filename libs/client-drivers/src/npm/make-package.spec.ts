import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { incompressible, makePackage } from './make-package.js';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'waybill-make-'));
});
afterEach(async () => {
  await rm(directory, { recursive: true });
});

it('writes package.json, an index that exports its own version, and the given files', async () => {
  await makePackage(join(directory, 'new'), {
    name: '@acme/a',
    version: '1.0.0',
    files: { 'bin/a.js': 'x', 'big.bin': { randomBytes: 1_500_000 } },
    packageJson: { bin: 'bin/a.js', license: undefined },
  });
  expect(JSON.parse(await readFile(join(directory, 'new/package.json'), 'utf8'))).toEqual({
    name: '@acme/a',
    version: '1.0.0',
    bin: 'bin/a.js',
  });
  expect(await readFile(join(directory, 'new/index.js'), 'utf8')).toContain('@acme/a@1.0.0');
  expect(await readFile(join(directory, 'new/bin/a.js'), 'utf8')).toBe('x');
  expect((await readFile(join(directory, 'new/big.bin'))).length).toBe(1_500_000);
});

it('makes bytes that do not compress, the same for the same seed', () => {
  const bytes = (seed: string) => Buffer.concat([...incompressible({ randomBytes: 100_000, seed })]);
  expect(gzipSync(bytes('a')).length).toBeGreaterThan(99_000);
  expect(bytes('a').equals(bytes('a'))).toBe(true);
  expect(bytes('a').equals(bytes('b'))).toBe(false);
});
