import { describe, expect, it } from 'vitest';
import { Registry, unique } from '../registry.js';
import { rawPublish } from './raw-publish.js';
import { tarballWith } from './tar.js';

const registry = new Registry();

function tarball(name: string, version: string, text: string): Buffer {
  return tarballWith([
    { name: 'package/package.json', text: JSON.stringify({ name, version }) },
    { name: 'package/index.js', text },
  ]);
}

describe('a version that exists (I8)', () => {
  it('takes the same bytes again as a success, and refuses other bytes', async () => {
    const name = unique('again');
    const first = { name, version: '1.0.0', tarball: tarball(name, '1.0.0', 'one') };
    expect((await rawPublish(registry, first)).status).toBe(201);
    expect((await rawPublish(registry, first)).status).toBe(201);
    const other = await rawPublish(registry, { ...first, tarball: tarball(name, '1.0.0', 'two') });
    expect(other.status).toBe(409);
    expect(await other.json()).toMatchObject({
      code: 'release.immutable',
      error: expect.stringContaining('never changes') as string,
    });
  });

  it('has one winner when many publish different bytes at once, and clear losers', async () => {
    const name = unique('race');
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        rawPublish(registry, { name, version: '1.0.0', tarball: tarball(name, '1.0.0', `bytes ${index}`) }),
      ),
    );
    const statuses = answers.map((answer) => answer.status);
    expect(statuses.filter((status) => status === 201)).toHaveLength(1);
    expect(statuses.filter((status) => status === 409)).toHaveLength(7);
  });

  it('is one release when many publish the same bytes at once', async () => {
    const name = unique('same');
    const same = { name, version: '1.0.0', tarball: tarball(name, '1.0.0', 'same') };
    const answers = await Promise.all(Array.from({ length: 8 }, () => rawPublish(registry, same)));
    expect(answers.map((answer) => answer.status)).toEqual(Array.from({ length: 8 }, () => 201));
  });
});

describe('a document that does not say what its tarball says (P9)', () => {
  it.each([
    ['other dependencies', { dependencies: { evil: '*' } }, 'npm.manifest-mismatch'],
    ['another name', { name: 'something-else' }, 'npm.name-mismatch'],
    ['an install script', { scripts: { postinstall: 'true' } }, 'npm.manifest-mismatch'],
  ])('is refused: %s', async (_what, manifest, code) => {
    const name = unique('untrue');
    const response = await rawPublish(registry, {
      name,
      version: '1.0.0',
      tarball: tarball(name, '1.0.0', 'x'),
      manifest,
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code });
    expect((await registry.get(`/npm/main/${name}`)).status).toBe(404);
  });
});
