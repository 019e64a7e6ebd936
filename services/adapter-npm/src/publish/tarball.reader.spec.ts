import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
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

  it.each<[string, string, string]>([
    ['the same file', 'package/index.js', 'other/index.js'],
    ['the same file on disks that do not tell cases apart', 'package/index.js', 'other/INDEX.js'],
    ['a file and a folder', 'package/lib', 'other/lib/index.js'],
    ['a folder and a file', 'package/lib/deep/index.js', 'other/lib/deep'],
    ['a second package.json', 'other/package.json', 'package/index.js'],
  ])('refuses two top folders of which npm makes one, with %s in both (I2)', async (_what, first, second) => {
    const archive = pack();
    for (const path of ['package/package.json', first, second]) archive.entry({ name: path }, packageJson);
    archive.finalize();
    const tarball = Readable.from([gzipSync(await buffer(archive))]);
    await expect(readTarball(tarball)).rejects.toMatchObject({ code: 'npm.tarball-collision' });
  });

  it('reads two top folders that have nothing in common', async () => {
    const archive = pack();
    for (const path of ['package/package.json', 'package/lib/a.js', 'other/lib/b.js']) {
      archive.entry({ name: path }, packageJson);
    }
    archive.finalize();
    expect(await readTarball(Readable.from([gzipSync(await buffer(archive))]))).toMatchObject({ fileCount: 3 });
  });

  it('refuses a tarball without a package.json', async () => {
    await expect(read({ 'index.js': '1' })).rejects.toMatchObject({ code: 'npm.tarball-manifest' });
  });
});
