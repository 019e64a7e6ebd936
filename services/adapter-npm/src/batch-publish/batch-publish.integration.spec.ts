import { randomUUID } from 'node:crypto';
import type { StagedKey } from '@waybill/blob-storage';
import type { ReleaseFacts, RequestOf } from '@waybill/contracts';
import { packageAggregate, releaseHeld, releasePublished, submitReleaseBatch } from '@waybill/contracts';
import type { Action, PackagePurl, Principal, TokenScope } from '@waybill/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answering } from '../../test/answering.js';
import { memberOf, person, readerOf } from '../../test/principals.js';
import { publishBody, tarballAttachment } from '../../test/publish-body.js';
import { PublishService } from '../../test/publish-service.js';
import type { RunningAdapter } from '../../test/running-adapter.js';
import { startAdapter } from '../../test/running-adapter.js';
import { tarballOf } from '../../test/tarball.js';

const target = '/npm/main/-/pnpm/v1/publish';
const asked: RequestOf<typeof submitReleaseBatch>[] = [];
let adapter: RunningAdapter;
let member: Principal;
let verdict: 'published' | 'held' = 'published';

beforeAll(async () => {
  adapter = await startAdapter();
  await PublishService.start(adapter);
  member = memberOf(adapter.repositories.public);
  answering(adapter.operator, submitReleaseBatch, async (request) => {
    asked.push(request);
    const batchId = randomUUID();
    const releases: ReleaseFacts[] = [];
    for (const submission of request.submissions) releases.push(await take(submission, batchId));
    for (const release of releases) {
      const aggregate = packageAggregate(release.repository.repositoryId, release.packagePurl);
      const type = verdict === 'published' ? releasePublished : releaseHeld;
      await adapter.emit(type, { aggregate, version: asked.length + 1, data: { ...release, state: verdict } });
    }
    return { releases: releases.map((release) => ({ release, joined: false })) };
  });
});

afterAll(async () => {
  await adapter.stop();
});

async function take(
  submission: RequestOf<typeof submitReleaseBatch>['submissions'][number],
  batchId: string,
): Promise<ReleaseFacts> {
  const at = submission.purl.lastIndexOf('@');
  for (const { stagedKey, sizeBytes, digests } of submission.artifacts) {
    await adapter.store.promote({ key: stagedKey as StagedKey, sizeBytes, digests });
  }
  return {
    releaseId: randomUUID() as ReleaseFacts['releaseId'],
    repository: adapter.repositories.public,
    purl: submission.purl,
    packagePurl: submission.purl.slice(0, at) as PackagePurl,
    version: submission.purl.slice(at + 1),
    state: 'quarantined',
    artifacts: submission.artifacts.map(({ stagedKey: _key, ...artifact }) => artifact),
    metadata: submission.metadata,
    tags: submission.tags,
    publishedBy: { actor: 'user:1', username: 'alice', userId: null },
    summary: submission.summary,
    batchId,
    submittedAt: new Date().toISOString(),
    settledAt: new Date().toISOString(),
    trustedPublisher: null,
    provenance: null,
    sourceVerified: null,
    approvals: [],
    reasons: [],
  };
}

async function documentOf(name: string, readme = 'hello') {
  const manifest = { name, version: '1.0.0' };
  const tarball = await tarballOf({ 'package.json': JSON.stringify(manifest), 'README.md': readme });
  return publishBody(manifest, tarball, [tarballAttachment(manifest, tarball)]);
}

function send(body: unknown, principal?: Principal) {
  const upload = JSON.stringify(body);
  return adapter.call(target, { method: 'PUT', upload, ...(principal === undefined ? {} : { principal }) });
}

describe('pnpm publish --batch', () => {
  it('publishes all packages, which the next read sees', async () => {
    const names = ['@acme/one', 'two', '@acme/three'];
    const packages = await Promise.all(names.map((name) => documentOf(name, 'x'.repeat(20_000))));
    expect((await send({ packages }, member)).status).toBe(201);
    for (const [index, name] of names.entries()) {
      const { versions } = (await adapter.call(`/npm/main/${name}`)).json() as {
        versions: Record<string, { dist: { integrity: string } }>;
      };
      const sent = packages[index]?.versions['1.0.0'] as { dist: { integrity: string } };
      expect(versions['1.0.0']?.dist.integrity).toBe(sent.dist.integrity);
    }
    expect(asked.at(-1)?.submissions.map(({ metadata }) => metadata.kind)).toEqual(['blob', 'blob', 'blob']);
  });

  it('submits nothing when one of them is refused', async () => {
    const before = asked.length;
    const good = await documentOf('good');
    const bad = await documentOf('bad');
    Object.assign(bad.versions['1.0.0'] as object, { name: 'worse' });
    const other = { ...(await documentOf('other')), _attachments: good._attachments };
    const few = { ...(await documentOf('@acme/few')), access: 'restricted' };
    const bodies = [
      [good, bad],
      [good, other],
      [good, good],
      [good, few],
      [good, { versions: {} }],
      [],
      'nope',
      [[good]],
    ];
    for (const packages of bodies) {
      expect((await send({ packages }, member)).status).toBe(400);
    }
    expect((await send([], member)).status).toBe(400);
    const many = Array.from({ length: 101 }, (_, index) => ({ name: `p${String(index)}` }));
    expect((await send({ packages: many }, member)).status).toBe(413);
    expect(asked).toHaveLength(before);
    expect((await adapter.call('/npm/main/good')).status).toBe(404);
  });

  it('says of which package the verdict is when they are held', async () => {
    verdict = 'held';
    const answer = await send({ packages: [await documentOf('held-one'), await documentOf('held-two')] }, member);
    verdict = 'published';
    expect(answer.status).toBe(403);
    expect(answer.json()['error']).toMatch(/^pkg:npm\/held-one@1.0.0: .*Nothing of the batch was published/);
    expect((await adapter.call('/npm/main/held-two')).status).toBe(404);
  });

  it('is for who may publish every one of them', async () => {
    const body = { packages: [await documentOf('mine'), await documentOf('not-mine')] };
    expect((await send(body)).status).toBe(401);
    expect((await send(body, person())).status).toBe(403);
    expect((await send(body, readerOf(adapter.repositories.public))).status).toBe(403);
    const { repositoryId } = adapter.repositories.public;
    const purl = 'pkg:npm/mine' as PackagePurl;
    const owner = person({ kind: 'packages', repositoryId, purls: [purl], actions: ['read', 'publish'] });
    expect((await send(body, owner)).status).toBe(403);
    expect((await send({ packages: [await documentOf('mine')] }, owner)).status).toBe(201);
    const hidden = { method: 'PUT', upload: JSON.stringify(body), principal: person() };
    expect((await adapter.call('/npm/secret/-/pnpm/v1/publish', hidden)).status).toBe(404);
  });

  it('asks for no less than a publish of one does: who may only write is answered the same by both (A1, A7)', async () => {
    const { private: hidden } = adapter.repositories;
    const { repositoryId } = hidden;
    const purl = 'pkg:npm/blind' as PackagePurl;
    const scoped = (on: TokenScope['on'], ...actions: Action[]): Principal =>
      ({
        ...memberOf(hidden),
        kind: 'token',
        tokenId: randomUUID(),
        scopes: [{ actions, on }],
      }) as unknown as Principal;
    const document = await documentOf('blind');
    const alone = (slug: string, principal: Principal) =>
      adapter.call(`/npm/${slug}/blind`, { method: 'PUT', upload: JSON.stringify(document), principal });
    const batch = (slug: string, principal: Principal) => {
      const upload = JSON.stringify({ packages: [document] });
      return adapter.call(`/npm/${slug}/-/pnpm/v1/publish`, { method: 'PUT', upload, principal });
    };
    const before = asked.length;
    const blind = [
      scoped({ kind: 'repository', repositoryId }, 'publish'),
      scoped({ kind: 'package', repositoryId, purl }, 'publish'),
      scoped({ kind: 'everything' }, 'publish', 'metadata'),
      person({ kind: 'repository', repositoryId, actions: ['publish'] }),
    ];
    for (const principal of blind) {
      const missing = await batch('no-such-repository', principal);
      const answers = [await alone(hidden.slug, principal), await batch(hidden.slug, principal)];
      for (const answer of answers) {
        expect([answer.status, answer.json()['error']]).toEqual([404, missing.json()['error']]);
      }
    }
    const reader = scoped({ kind: 'repository', repositoryId }, 'read');
    expect([(await alone(hidden.slug, reader)).status, (await batch(hidden.slug, reader)).status]).toEqual([403, 403]);
    expect(asked).toHaveLength(before);
  });
});
