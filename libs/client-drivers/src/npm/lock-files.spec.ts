import { describe, expect, it } from 'vitest';
import { lockFileIntegrities, readBunLock, readPackageLock, readPnpmLock, readYarnLock } from './lock-files.js';

describe('package-lock.json', () => {
  it('reads nested and scoped packages, aliases by their real name, and skips the root and links', () => {
    const lock = {
      lockfileVersion: 3,
      packages: {
        '': { name: 'app', version: '1.0.0' },
        'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' },
        'node_modules/a/node_modules/@s/b': { version: '2.0.0', integrity: 'sha512-b' },
        'node_modules/alias': { name: 'real', version: '3.0.0', integrity: 'sha512-r' },
        'node_modules/linked': { resolved: 'packages/linked', link: true },
      },
    };
    expect([...readPackageLock(JSON.stringify(lock))]).toEqual([
      ['a@1.0.0', 'sha512-a'],
      ['@s/b@2.0.0', 'sha512-b'],
      ['real@3.0.0', 'sha512-r'],
    ]);
  });

  it('reads version 1, which npm 6 writes', () => {
    const lock = {
      lockfileVersion: 1,
      dependencies: {
        a: {
          version: '1.0.0',
          integrity: 'sha512-a',
          dependencies: { '@s/b': { version: '2.0.0', integrity: 'sha512-b' } },
        },
      },
    };
    expect([...readPackageLock(JSON.stringify(lock))]).toEqual([
      ['a@1.0.0', 'sha512-a'],
      ['@s/b@2.0.0', 'sha512-b'],
    ]);
  });
});

describe('pnpm-lock.yaml', () => {
  const project = "lockfileVersion: '9.0'\npackages:\n  '@s/b@2.0.0':\n    resolution: {integrity: sha512-b}\n";

  it('reads packages by name and version', () => {
    expect([...readPnpmLock(project)]).toEqual([['@s/b@2.0.0', 'sha512-b']]);
  });

  it('reads the last document: the first may be about pnpm itself', () => {
    const tools =
      "---\nlockfileVersion: '9.0'\npackages:\n  pnpm@12.0.0:\n    resolution: {integrity: sha512-p}\n---\n";
    expect([...readPnpmLock(tools + project)]).toEqual([['@s/b@2.0.0', 'sha512-b']]);
  });

  it('reads a project without dependencies', () => {
    expect(readPnpmLock("lockfileVersion: '9.0'\n").size).toBe(0);
  });
});

describe('yarn.lock', () => {
  it('reads classic, with several ranges for one version', () => {
    const lock =
      '# yarn lockfile v1\n\n"@s/b@^2.0.0", "@s/b@~2.0.0":\n  version "2.0.0"\n  resolved "http://r/b.tgz#abc"\n  integrity sha512-b==\n\na@1:\n  version "1.0.0"\n  integrity sha512-a==\n';
    expect([...readYarnLock(lock)]).toEqual([
      ['@s/b@2.0.0', 'sha512-b=='],
      ['a@1.0.0', 'sha512-a=='],
    ]);
  });

  it('reads aliases of classic by their real name', () => {
    const lock =
      '# yarn lockfile v1\n\n"string-width-cjs@npm:string-width@^4.2.0":\n  version "4.2.3"\n  integrity sha512-s==\n\na@1:\n  version "1.0.0"\n  integrity sha512-a==\n';
    expect([...readYarnLock(lock)]).toEqual([
      ['string-width@4.2.3', 'sha512-s=='],
      ['a@1.0.0', 'sha512-a=='],
    ]);
  });

  it('reads berry: no integrity, since its checksum is that of its own zip, and no workspaces', () => {
    const lock =
      '__metadata:\n  version: 8\n\n"@s/b@npm:^2.0.0":\n  version: 2.0.0\n  resolution: "@s/b@npm:2.0.0"\n  checksum: 10c0/1234\n  languageName: node\n\n"app@workspace:.":\n  version: 0.0.0-use.local\n  resolution: "app@workspace:."\n';
    expect([...readYarnLock(lock)]).toEqual([['@s/b@2.0.0', undefined]]);
  });
});

describe('bun.lock', () => {
  it('reads JSON with commas at its ends and skips workspaces', () => {
    const lock =
      '{\n "lockfileVersion": 1,\n "packages": {\n  "a": ["a@1.0.0", "http://r/a.tgz", { "dependencies": { "b": "1" } }, "sha512-a=="],\n  "w": ["w@workspace:packages/w"],\n }\n}\n';
    expect([...readBunLock(lock)]).toEqual([['a@1.0.0', 'sha512-a==']]);
  });
});

it('refuses a lock file that it does not know', async () => {
  await expect(lockFileIntegrities('/nowhere', 'other.lock')).rejects.toMatchObject({
    code: 'client.unknown-lock-file',
  });
});
