import { randomUUID } from 'node:crypto';
import { decideStagedRelease, listStagedReleases, releaseQuarantined, submitReleaseBatch } from '@waybill/contracts';
import type { Action, PackagePurl, PublisherId, RepositoryId, TokenId, UserId } from '@waybill/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { changedDuring } from '../../test/changed-during.js';
import { person } from '../../test/principals.js';
import type { RunningPublish } from '../../test/running-publish.js';
import { StagedGround } from '../../test/staged-ground.js';
import { StagedReleaseExpiry } from './staged-release.expiry.js';
import { stagedMilliseconds } from './staged-release.rules.js';

let ground: StagedGround;
let publish: RunningPublish;

beforeAll(async () => {
  ground = await StagedGround.start();
  ({ publish } = ground);
});

afterAll(() => ground.stop());

const leftPad = 'pkg:npm/left-pad' as PackagePurl;

function only(repositoryId: RepositoryId, ...actions: Action[]) {
  return person([{ kind: 'packages', repositoryId, purls: [leftPad], actions }]);
}

/** As auth mints it for a workflow, which may do nothing but what it names. */
function workflow(repositoryId: RepositoryId, publisherId: PublisherId, ...actions: Action[]) {
  return {
    kind: 'token' as const,
    userId: randomUUID() as UserId,
    tokenId: randomUUID() as TokenId,
    username: 'github-actions-left-pad',
    installationAdmin: false,
    grants: [{ kind: 'packages' as const, repositoryId, purls: [leftPad], actions }],
    scopes: [{ actions, on: { kind: 'package' as const, repositoryId, purl: leftPad } }],
    publisher: { publisherId, path: { provider: 'github-actions', issuer: 'https://ci.example' } },
  };
}

describe('staging', () => {
  it('keeps a release where nobody sees it and nothing scans it, with its bytes (P8)', async () => {
    const repository = await publish.repository();
    const { release, joined } = await ground.stage({ repository, tags: ['latest'] });
    expect([release.state, joined, release.approvals]).toEqual(['staged', false, []]);
    expect(await ground.eventsOf(release)).toEqual(['staged']);
    const target = `/api/v1/packages/${encodeURIComponent(leftPad)}?repository=${repository.slug}`;
    expect((await publish.http('GET', target, { as: person() })).status).toBe(404);
    const { digests } = release.artifacts[0]!;
    expect(await publish.store.stat(digests.sha256)).toBeDefined();
  });

  it('is joined by the same bytes, also after it was approved, and refuses others', async () => {
    const repository = await publish.repository();
    const first = await ground.stage({ repository });
    const again = await ground.stage({ repository });
    expect([again.joined, again.release.releaseId]).toEqual([true, first.release.releaseId]);
    await expect(ground.stage({ repository, bytes: 'others' })).rejects.toMatchObject({
      kind: 'conflict',
      code: 'release.immutable',
    });
    expect((await ground.approve(first.release, ground.approver())).status).toBe(200);
    expect((await ground.stage({ repository })).release.releaseId).toBe(first.release.releaseId);
  });

  it('20 times at once is there once', async () => {
    const repository = await publish.repository();
    const all = await Promise.all(Array.from({ length: 20 }, () => ground.stage({ repository })));
    expect(new Set(all.map(({ release }) => release.releaseId)).size).toBe(1);
    expect(all.filter(({ joined }) => !joined)).toHaveLength(1);
  });

  it('is not gone round by publishing the same bytes directly (P8)', async () => {
    const repository = await publish.repository();
    const release = await ground.staged({ repository });
    await expect(publish.submit({ repository })).rejects.toMatchObject({ kind: 'conflict', code: 'release.staged' });
    expect((await publish.release(release)).state).toBe('staged');
    await publish.published({ repository, version: '2.0.0' });
    await expect(ground.stage({ repository, version: '2.0.0' })).rejects.toMatchObject({
      kind: 'conflict',
      code: 'release.not-staged',
    });
  });

  it('is all that those may do who may stage and not publish', async () => {
    const repository = await publish.repository('private');
    const by = only(repository.repositoryId, 'read', 'stage');
    await expect(publish.submit({ repository, by })).rejects.toMatchObject({ kind: 'forbidden' });
    const { principal, repositoryId, requestId, ...one } = await publish.submission({ repository, by });
    await expect(
      publish.ask(submitReleaseBatch, { principal, repositoryId, requestId, submissions: [one] }),
    ).rejects.toMatchObject({ kind: 'forbidden' });
    expect((await ground.staged({ repository, by })).state).toBe('staged');
    const reader = only(repository.repositoryId, 'read');
    await expect(ground.stage({ repository, version: '3.0.0', by: reader })).rejects.toMatchObject({
      kind: 'forbidden',
    });
    await expect(ground.stage({ repository, by: person() })).rejects.toMatchObject({ kind: 'not-found' });
  });

  it('may be done by who may publish', async () => {
    const repository = await publish.repository('private');
    const by = only(repository.repositoryId, 'read', 'publish');
    expect((await ground.staged({ repository, by })).state).toBe('staged');
  });

  it('remembers the trusted publisher, whose next workflow finds it and may not approve it (P8)', async () => {
    const repository = await publish.repository('private');
    const publisherId = randomUUID() as PublisherId;
    const by = workflow(repository.repositoryId, publisherId, 'read', 'stage', 'approve');
    const release = await ground.staged({ repository, by });
    expect(release).toMatchObject({ trustedPublisher: { publisherId }, publishedBy: { userId: null } });
    const { repositoryId } = repository;
    const principal = workflow(repositoryId, publisherId, 'read', 'stage', 'approve');
    const page = { repositoryId, ecosystem: 'npm', offset: 0, limit: 10 };
    const { items } = await publish.ask(listStagedReleases, { principal, ...page });
    expect(items).toMatchObject([{ release: { releaseId: release.releaseId } }]);
    const { releaseId } = release;
    const decision = { repositoryId, releaseId, decision: 'approve', reason: '', requestId: 'test' } as const;
    await expect(publish.ask(decideStagedRelease, { principal, ...decision })).rejects.toMatchObject({
      kind: 'forbidden',
      code: 'release.own',
    });
    const approving = workflow(repositoryId, randomUUID() as PublisherId, 'read', 'approve');
    await expect(publish.ask(decideStagedRelease, { principal: approving, ...decision })).rejects.toMatchObject({
      kind: 'forbidden',
      code: 'auth.people-only',
    });
    const other = workflow(repositoryId, randomUUID() as PublisherId, 'read', 'stage');
    expect(await publish.ask(listStagedReleases, { principal: other, ...page })).toEqual({ items: [], total: 0 });
  });
});

describe('a repository that takes only what is staged', () => {
  it('refuses what nobody approves, alone and in a batch (P8)', async () => {
    const repository = await publish.repository();
    expect((await ground.policy(repository, { approvals: 1, stagedOnly: true })).status).toBe(200);
    const refused = { kind: 'forbidden', code: 'release.stage-required' };
    await expect(publish.submit({ repository })).rejects.toMatchObject(refused);
    const { principal, repositoryId, requestId, ...one } = await publish.submission({ repository });
    await expect(
      publish.ask(submitReleaseBatch, { principal, repositoryId, requestId, submissions: [one] }),
    ).rejects.toMatchObject(refused);
    const release = await ground.staged({ repository });
    await ground.approve(release, ground.approver());
    expect((await publish.scan(release)).state).toBe('published');
  });

  it('takes nothing that was on its way when it was told so (A1)', async () => {
    const repository = await publish.repository();
    const change = { table: 'repositories', id: repository.repositoryId, change: 'staged_only = true' } as const;
    await expect(changedDuring(publish, change, () => publish.submit({ repository }))).rejects.toMatchObject({
      kind: 'forbidden',
      code: 'release.stage-required',
    });
  });
});

describe('a staged release that nobody approves', () => {
  it('is rejected after 30 days and not before, and may be staged again as it was', async () => {
    const expiry = publish.app.get(StagedReleaseExpiry, { strict: false });
    const repository = await publish.repository();
    const release = await ground.staged({ repository });
    await expiry.expire();
    expect((await publish.release(release)).state).toBe('staged');
    await expiry.expire(new Date(Date.now() + stagedMilliseconds + 1000));
    expect(await publish.release(release)).toMatchObject({ state: 'rejected', reasons: [{ code: 'staged.expired' }] });
    expect(await ground.eventsOf(release)).toEqual(['staged', 'rejected']);
    expect(await publish.audit(`release:${release.releaseId}`)).toEqual([['policy', 'staged-release.expire']]);
    expect((await ground.approve(release, ground.approver())).json).toMatchObject({ code: 'staged-release.settled' });
    const again = await ground.stage({ repository });
    expect([again.joined, again.release.state]).toEqual([false, 'staged']);
    expect(again.release.releaseId).not.toBe(release.releaseId);
  });

  it('does not expire once it was approved', async () => {
    const expiry = publish.app.get(StagedReleaseExpiry, { strict: false });
    const release = await ground.staged({ repository: await publish.repository() });
    await ground.approve(release, ground.approver());
    await expiry.expire(new Date(Date.now() + stagedMilliseconds + 1000));
    expect((await publish.release(release)).state).toBe('quarantined');
    expect((await publish.replay({ types: [releaseQuarantined.type] })).length).toBeGreaterThan(0);
  });
});
