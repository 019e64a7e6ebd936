import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { tarballOf } from '../../test/tarball.js';
import { readTarball } from './tarball.reader.js';

const packageJson = JSON.stringify({ name: 'a', version: '1.0.0' });

async function read(files: Record<string, string>) {
  return readTarball(Readable.from([await tarballOf(files)]));
}

describe('reading a tarball', () => {
  it('finds what its metadata is made from', async () => {
    const contents = await read({
      'package.json': packageJson,
      'README.md': '# A',
      'binding.gyp': '{}',
      'index.js': '1',
    });
    expect(contents).toMatchObject({ fileCount: 4, hasBindingGyp: true, hasShrinkwrap: false, readme: '# A' });
    expect(contents.packageJson).toEqual({ name: 'a', version: '1.0.0' });
  });

  it.each(['Package.json', 'PACKAGE.JSON', 'Binding.gyp'])(
    'refuses %s, which some disks take for another file (P9)',
    async (name) => {
      await expect(read({ 'package.json': packageJson, [name]: '{}' })).rejects.toMatchObject({
        code: 'npm.tarball-manifest',
      });
    },
  );

  it('refuses a tarball without a package.json', async () => {
    await expect(read({ 'index.js': '1' })).rejects.toMatchObject({ code: 'npm.tarball-manifest' });
  });
});
