import { describe, expect, it } from 'vitest';
import type { PublisherId } from '@waybill/domain';
import type { ReleaseEvidence } from '@waybill/read-model';
import { parseNpmName } from '../names/npm-name.js';
import type { PackumentInput, PublishedVersion } from './packument.builder.js';
import { buildAbbreviatedPackument, buildFullPackument, tagsWithLatest } from './packument.builder.js';

function version(text: string, manifest: Record<string, unknown> = {}, minute = 0): PublishedVersion {
  return {
    version: text,
    manifest: { name: '@acme/a', version: text, ...manifest },
    facts: {
      integrity: 'sha512-AAAA',
      shasum: '0'.repeat(40),
      fileCount: 2,
      unpackedBytes: 300,
      hasInstallScript: false,
      hasShrinkwrap: false,
      hasBindingGyp: false,
      readme: '# A',
      readmeFilename: 'README.md',
    },
    publishedAt: new Date(Date.UTC(2026, 0, 1, 0, minute)),
    publishedBy: 'alice',
    signatures: [],
    attestations: [],
  };
}

function input(versions: PublishedVersion[], distTags: Record<string, string> = {}): PackumentInput {
  return {
    name: parseNpmName('@acme/a'),
    repositoryUrl: 'https://packages.example/npm/main',
    versions,
    distTags,
    modifiedAt: new Date(Date.UTC(2026, 0, 2)),
    revision: '7-00',
    owners: [],
    stargazers: [],
    readme: '# A',
  };
}

describe('what speaks for a version', () => {
  const publisherId = '0192f0c1-2222-7000-8000-000000000001' as PublisherId;

  function npmUser(evidence: ReleaseEvidence): unknown {
    const owners = [{ name: 'bob', email: 'bob@example.com' }];
    const { document } = buildFullPackument({ ...input([{ ...version('1.0.0'), evidence }]), owners });
    return (document['versions'] as Record<string, Record<string, unknown>>)['1.0.0']?.['_npmUser'];
  }

  it('is its trusted publisher, as npm and pnpm read one', () => {
    expect(npmUser({ trustedPublisher: { provider: 'github-actions', publisherId } })).toEqual({
      name: 'GitHub Actions',
      email: 'npm-oidc-no-reply@github.com',
      trustedPublisher: { id: 'github', oidcConfigId: `oidc:${publisherId}` },
    });
    expect(npmUser({ trustedPublisher: { provider: 'forgejo-actions', publisherId } })).toEqual({
      name: 'Forgejo Actions',
      email: '',
      trustedPublisher: { id: 'forgejo-actions', oidcConfigId: `oidc:${publisherId}` },
    });
  });

  it('is the one whose approval let it go on', () => {
    const approver = { name: 'bob', email: 'bob@example.com' };
    expect(npmUser({ approvers: ['carol', 'bob'] })).toEqual({ name: 'alice', email: '', approver });
    const both = npmUser({ trustedPublisher: { provider: 'gitlab-ci', publisherId }, approvers: ['bob'] });
    expect(both).toMatchObject({ trustedPublisher: { id: 'gitlab' }, approver });
  });

  it('is nothing that short documents have', () => {
    const evidence = { trustedPublisher: { provider: 'github-actions', publisherId } };
    const short = buildAbbreviatedPackument(input([{ ...version('1.0.0'), evidence }]));
    expect(JSON.stringify(short.document)).not.toContain('_npmUser');
  });
});

describe('the full packument', () => {
  const manifest = {
    description: 'first',
    bin: { a: 'cli.js' },
    dependencies: { b: '1' },
    peerDependenciesMeta: { c: { optional: true } },
    os: ['linux'],
    libc: ['glibc'],
    unheardOf: { kept: [1, 2] },
  };

  it('lets a package.json say nothing that only the registry may say (P9)', () => {
    const pretending = {
      maintainers: [{ name: 'mallory' }],
      deprecated: 'use evil instead',
      _npmUser: { name: 'mallory', approver: 'alice' },
      _hasShrinkwrap: true,
      hasInstallScript: true,
      dist: { attestations: {} },
      time: {},
    };
    const full = buildFullPackument(input([version('1.0.0', pretending)])).document['versions'];
    const short = buildAbbreviatedPackument(input([version('1.0.0', pretending)])).document['versions'];
    for (const versions of [full, short] as Record<string, Record<string, unknown>>[]) {
      for (const field of ['maintainers', 'deprecated', '_hasShrinkwrap', 'hasInstallScript', 'time']) {
        expect(versions['1.0.0']).not.toHaveProperty(field);
      }
      expect(versions['1.0.0']?.['dist']).not.toHaveProperty('attestations');
    }
    expect(full).toMatchObject({ '1.0.0': { _npmUser: { name: 'alice' } } });
  });

  it('echoes every field of package.json (1(f) 2)', () => {
    const { document } = buildFullPackument(input([version('1.0.0', manifest)]));
    expect(document['versions']).toMatchObject({
      '1.0.0': { ...manifest, name: '@acme/a', version: '1.0.0', _id: '@acme/a@1.0.0' },
    });
    expect(document).toMatchObject({
      _id: '@acme/a',
      _rev: '7-00',
      name: '@acme/a',
      description: 'first',
      readme: '# A',
    });
  });

  it('has conventional tarball addresses, which lock files leave out (1(f) 4)', () => {
    const { document } = buildFullPackument(input([version('1.0.0')]));
    expect(document['versions']).toMatchObject({
      '1.0.0': {
        dist: { tarball: 'https://packages.example/npm/main/@acme/a/-/a-1.0.0.tgz', integrity: 'sha512-AAAA' },
      },
    });
  });

  it('has the time of every version (1(f) 3)', () => {
    const { document, modified } = buildFullPackument(input([version('1.0.0', {}, 1), version('1.1.0', {}, 2)]));
    expect(document['time']).toEqual({
      created: '2026-01-01T00:01:00.000Z',
      modified: '2026-01-02T00:00:00.000Z',
      '1.0.0': '2026-01-01T00:01:00.000Z',
      '1.1.0': '2026-01-01T00:02:00.000Z',
    });
    expect(modified.toISOString()).toBe('2026-01-02T00:00:00.000Z');
  });

  it('does not let a package.json say what only we know', () => {
    const lying = version('1.0.0', {
      name: 'other',
      version: '9.9.9',
      _id: 'x',
      dist: { tarball: 'https://evil' },
      _npmUser: { name: 'root' },
    });
    const { document } = buildFullPackument(input([lying]));
    expect(document['versions']).toMatchObject({
      '1.0.0': {
        name: '@acme/a',
        version: '1.0.0',
        _id: '@acme/a@1.0.0',
        _npmUser: { name: 'alice', email: '' },
        dist: { shasum: '0'.repeat(40) },
      },
    });
  });
});

describe('the abbreviated packument', () => {
  it('has what an installation needs, and no more', () => {
    const manifest = {
      description: 'x',
      scripts: { test: 'y' },
      engines: { node: '>=20' },
      cpu: ['x64'],
      funding: 'https://f',
    };
    const { document } = buildAbbreviatedPackument(input([version('1.0.0', manifest)]));
    const { '1.0.0': entry } = document['versions'] as Record<string, Record<string, unknown>>;
    expect(Object.keys(entry ?? {}).sort()).toEqual(['cpu', 'dist', 'engines', 'funding', 'name', 'version']);
    expect(document).toHaveProperty('time');
    expect(document).not.toHaveProperty('readme');
  });

  it('says when installing runs code, which nothing else tells', () => {
    const native = {
      ...version('1.0.0'),
      facts: { ...version('1.0.0').facts, hasInstallScript: true, hasShrinkwrap: true },
    };
    const { document } = buildAbbreviatedPackument(input([native]));
    expect(document['versions']).toMatchObject({ '1.0.0': { hasInstallScript: true, _hasShrinkwrap: true } });
  });
});

describe('dist-tags', () => {
  it('always have latest: what was tagged, else the highest release, else the highest prerelease', () => {
    expect(tagsWithLatest(['1.0.0', '2.0.0'], { latest: '1.0.0' })).toEqual({ latest: '1.0.0' });
    expect(tagsWithLatest(['1.9.0', '1.10.0', '2.0.0-rc.1'], { next: '2.0.0-rc.1' })).toEqual({
      latest: '1.10.0',
      next: '2.0.0-rc.1',
    });
    expect(tagsWithLatest(['2.0.0-rc.1', '2.0.0-rc.2'], {})).toEqual({ latest: '2.0.0-rc.2' });
  });

  it('never point at what clients cannot see', () => {
    expect(tagsWithLatest(['1.0.0'], { latest: '2.0.0', beta: '3.0.0' })).toEqual({ latest: '1.0.0' });
    expect(tagsWithLatest([], { latest: '2.0.0' })).toEqual({});
  });
});
