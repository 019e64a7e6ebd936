import { createHash, randomBytes } from 'node:crypto';
import type { StagedBlob } from '@waybill/blob-storage';
import type { ReleaseFacts } from '@waybill/contracts';
import { packageAggregate, releasePublished, repositoryCreated, submitRelease } from '@waybill/contracts';
import { digestHex, packageOfRelease } from '@waybill/domain';
import { eventually } from '@waybill/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answering } from './answering.js';
import { memberOf, person } from './principals.js';
import { publishBody, tarballAttachment } from './publish-body.js';
import type { RunningAdapter } from './running-adapter.js';
import { externalUrl, startAdapter } from './running-adapter.js';
import { tarballOf } from './tarball.js';

// What other registries got wrong, by number (protocol notes 1(f)). 5 is in registry-info/leftovers, 7 in package-document/
// and publish/submission, 9 in search/ and tokens/; here is what shows over HTTP only.
const abbreviated = 'application/vnd.npm.install-v1+json';
const manifest = {
  name: '@acme/whole',
  version: '1.0.0',
  bin: { whole: './cli.js' },
  dependencies: { a: '^1.0.0' },
  peerDependencies: { b: '*' },
  peerDependenciesMeta: { b: { optional: true } },
  optionalDependencies: { c: '1' },
  os: ['linux'],
  cpu: ['x64'],
  libc: ['glibc'],
  repository: { type: 'git', url: 'https://example.com/x.git' },
  exports: { '.': { import: './x.mjs', default: './x.cjs' } },
  unheardOf: { kept: [1, null] },
};
let adapter: RunningAdapter;
let submissions: ReleaseFacts[];

beforeAll(async () => {
  adapter = await startAdapter();
  submissions = [];
  for (const repository of Object.values(adapter.repositories)) {
    await adapter.emit(repositoryCreated, { aggregate: repository.repositoryId, version: 1, data: repository });
  }
  answering(adapter.operator, submitRelease, async (request) => {
    const known = submissions.find(({ purl }) => purl === request.purl);
    if (known !== undefined) return { release: known, joined: true };
    return { release: await settle(request), joined: false };
  });
  for (const repository of [adapter.repositories.public, adapter.repositories.private]) {
    const release = await adapter.release(repository, manifest, { tags: ['latest'] });
    await announce(release);
    await seen(`/npm/${repository.slug}/@acme/whole`, repository);
  }
});

afterAll(async () => {
  await adapter.stop();
});

async function announce(release: ReleaseFacts): Promise<void> {
  const aggregate = packageAggregate(release.repository.repositoryId, release.packagePurl);
  await adapter.emit(releasePublished, { aggregate, version: 2, data: release });
}

async function seen(target: string, repository = adapter.repositories.public): Promise<void> {
  await eventually(async () => {
    const { status } = await adapter.call(target, { principal: memberOf(repository) });
    if (status !== 200) throw new Error(`${target} is ${status}`);
  });
}

/** As `publish` takes a release, without a scan. */
async function settle(request: Parameters<Parameters<typeof answering<typeof submitRelease>>[2]>[0]) {
  const artifacts = await Promise.all(
    request.artifacts.map(async ({ stagedKey, ...artifact }) => {
      const { sizeBytes, digests } = artifact;
      await adapter.store.promote({ key: stagedKey, sizeBytes, digests } as StagedBlob);
      return artifact;
    }),
  );
  const now = new Date().toISOString();
  const release: ReleaseFacts = {
    releaseId: crypto.randomUUID() as ReleaseFacts['releaseId'],
    repository: adapter.repositories.public,
    purl: request.purl,
    packagePurl: packageOfRelease(request.purl),
    version: request.purl.slice(request.purl.lastIndexOf('@') + 1),
    state: 'published',
    artifacts,
    metadata: request.metadata,
    tags: request.tags,
    publishedBy: { actor: 'user:1', username: 'alice', userId: null },
    summary: request.summary,
    submittedAt: now,
    settledAt: now,
    trustedPublisher: null,
    provenance: null,
    sourceVerified: null,
    approvals: [],
    reasons: [],
  };
  submissions.push(release);
  await announce(release);
  return release;
}

describe('what other registries got wrong', () => {
  it.each([
    '@acme/whole',
    '@acme/whole/1.0.0',
    '@acme/whole/latest',
    '@acme/whole/-/whole-1.0.0.tgz',
    '-/package/@acme/whole/dist-tags',
    '-/package/@acme/whole/visibility',
    'downloads/point/last-week/@acme/whole',
    'downloads/range/last-week/@acme/whole',
    'versions/@acme/whole/last-week',
  ])('1(f) 1: scoped names are read in every spelling: %s', async (path) => {
    const spellings = ['@acme/whole', '@acme%2fwhole', '@acme%2Fwhole', '%40acme%2fwhole', '%40acme/whole'];
    for (const spelling of spellings) {
      const answer = await adapter.call(`/npm/main/${path.replace('@acme/whole', spelling)}`);
      expect([spelling, answer.status]).toEqual([spelling, 200]);
    }
  });

  it('1(f) 2: no field of package.json is lost, and each form has all that is read from it', async () => {
    const full = (await adapter.call('/npm/main/@acme/whole')).json();
    expect(full).toMatchObject({ versions: { '1.0.0': manifest }, repository: manifest.repository });
    const short = await adapter.call('/npm/main/@acme/whole', { headers: { accept: abbreviated } });
    const { exports: _exports, unheardOf: _unheardOf, repository: _repository, ...installed } = manifest;
    expect(short.json()).toMatchObject({ versions: { '1.0.0': installed } });
    expect((await adapter.call('/npm/main/@acme/whole/1.0.0')).json()).toMatchObject(manifest);
  });

  it('1(f) 3: no packument is without time, in neither form, and HEAD tells it too', async () => {
    for (const accept of [abbreviated, 'application/json', '*/*', '']) {
      const { time } = (await adapter.call('/npm/main/@acme/whole', { headers: { accept } })).json() as {
        time?: Record<string, string>;
      };
      expect(Object.keys(time ?? {}).sort()).toEqual(['1.0.0', 'created', 'modified']);
      for (const date of Object.values(time ?? {})) expect(new Date(date).toISOString()).toBe(date);
    }
    const head = await adapter.call('/npm/main/@acme/whole', { method: 'HEAD' });
    expect(Date.parse(String(head.headers['last-modified']))).not.toBeNaN();
  });

  it.each([externalUrl, 'https://elsewhere.example/below/a/path'])(
    '1(f) 4: tarballs are at their conventional address below %s',
    async (url) => {
      const answer = await adapter.call('/npm/main/@acme/whole', { externalUrl: url });
      const tarball = `${url}/npm/main/@acme/whole/-/whole-1.0.0.tgz`;
      expect(answer.json()).toMatchObject({ versions: { '1.0.0': { dist: { tarball } } } });
    },
  );

  it('1(f) 6: whoever sends no token to what is private is told to sign in, and not that nothing is there', async () => {
    for (const path of ['@acme/whole', '@acme/whole/-/whole-1.0.0.tgz', '-/package/@acme/whole/dist-tags', 'nothing']) {
      expect((await adapter.call(`/npm/secret/${path}`)).status).toBe(401);
      expect((await adapter.call(`/npm/secret/${path}`, { principal: person() })).status).toBe(404);
    }
    // yarn sends no token for names without a scope: what is public needs none.
    expect((await adapter.call('/npm/main/@acme/whole')).status).toBe(200);
  });

  it('1(f) 8: each form has an ETag of its own, and says what it depends on', async () => {
    const answers = await Promise.all(
      [abbreviated, 'application/json'].map((accept) => adapter.call('/npm/main/@acme/whole', { headers: { accept } })),
    );
    const [short, full] = answers.map(({ headers }) => headers);
    expect(short?.['etag']).not.toBe(full?.['etag']);
    for (const headers of [short, full]) {
      expect(headers?.['vary']).toContain('Accept');
      expect(headers?.['etag']).toMatch(/^(W\/)?"[^"]+"$/);
    }
  });

  it('1(f) 10: a body of 15 MB is taken, and so is the same one again after a lost answer', async () => {
    const { public: main } = adapter.repositories;
    const large = { name: '@acme/large', version: '1.0.0' };
    const noise = randomBytes(11 * 1024 * 1024).toString('latin1');
    const tarball = await tarballOf({ 'package.json': JSON.stringify(large), 'noise.bin': noise });
    const body = JSON.stringify(publishBody(large, tarball, [tarballAttachment(large, tarball)]));
    expect(body.length).toBeGreaterThan(15_000_000);
    for (let attempt = 1; attempt <= 2; attempt += 1) {
      const answer = await adapter.call('/npm/main/@acme%2flarge', {
        method: 'PUT',
        upload: body,
        principal: memberOf(main),
        headers: { 'content-type': 'application/json' },
      });
      expect([attempt, answer.status]).toEqual([attempt, 201]);
    }
    expect(submissions.filter(({ purl }) => purl === 'pkg:npm/%40acme/large@1.0.0')).toHaveLength(1);
    const served = await adapter.call('/npm/main/@acme/large/-/large-1.0.0.tgz');
    const sha512 = submissions[0]?.artifacts[0]?.digests.sha512;
    expect(createHash('sha512').update(served.bytes).digest('hex')).toBe(sha512 && digestHex(sha512));
  });
});
