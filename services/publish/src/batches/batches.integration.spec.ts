import type { ReleaseFacts, ReplyOf, RepositoryFacts } from '@waybill/contracts';
import { releasePublished, submitReleaseBatch } from '@waybill/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningPublish, Submitted } from '../../test/running-publish.js';
import { batchOf, leakedKey, pathTraversal, startPublish } from '../../test/running-publish.js';

let publish: RunningPublish;

beforeAll(async () => {
  publish = await startPublish();
});

afterAll(async () => {
  await publish.stop();
});

type Member = Pick<Submitted, 'name' | 'version' | 'bytes' | 'tags'>;
const pair: readonly Member[] = [{ name: 'one', tags: ['latest'] }, { name: 'two' }];

async function submit(
  repository: RepositoryFacts,
  members: readonly Member[] = pair,
): Promise<ReplyOf<typeof submitReleaseBatch>> {
  const wishes = await Promise.all(members.map((member) => publish.submission({ repository, ...member })));
  return publish.ask(submitReleaseBatch, batchOf(wishes));
}

async function states(releases: readonly { release: ReleaseFacts }[]): Promise<string[]> {
  return Promise.all(releases.map(async ({ release }) => (await publish.release(release)).state));
}

function bothOf({ releases }: ReplyOf<typeof submitReleaseBatch>): [ReleaseFacts, ReleaseFacts] {
  const [first, second] = releases.map(({ release }) => release);
  if (first === undefined || second === undefined) throw new Error('Not two.');
  return [first, second];
}

describe('a batch', () => {
  it('is published when the last of it is cleared, and not before', async () => {
    const repository = await publish.repository();
    const batch = await submit(repository);
    const [first, second] = bothOf(batch);
    expect(first.batchId).toBeDefined();
    expect(second.batchId).toBe(first.batchId);
    await publish.emitScan(first);
    await publish.decided(first);
    expect(await states(batch.releases)).toEqual(['quarantined', 'quarantined']);
    await publish.scan(second);
    expect(await states(batch.releases)).toEqual(['published', 'published']);
    const published = (await publish.replay({ types: [releasePublished.type] })).filter((event) =>
      event.subject.startsWith(repository.repositoryId),
    );
    expect(published).toHaveLength(2);
  });

  it('is read as a whole once, when the last result is in, and not for each', async () => {
    const members = Array.from({ length: 4 }, (_, index): Member => ({ name: `of-${index}` }));
    const { releases } = await submit(await publish.repository(), members);
    const last = releases.at(-1)?.release;
    const reads = (statements: string[]) =>
      statements.filter((sql) => /^SELECT .*"metadata".*"batch_id" = /s.test(sql));
    const early = await publish.statementsOf(async () => {
      for (const { release } of releases.slice(0, -1)) {
        await publish.emitScan(release);
        await publish.decided(release);
      }
    });
    expect(reads(early)).toEqual([]);
    expect(reads(await publish.statementsOf(() => publish.scan(last!)))).toHaveLength(1);
    expect(new Set(await states(releases))).toEqual(new Set(['published']));
  });

  it('is held whole when one is, and published whole when that one is approved', async () => {
    const batch = await submit(await publish.repository());
    const [first, second] = bothOf(batch);
    await publish.emitScan(first);
    await publish.scan(second, [leakedKey]);
    expect(await states(batch.releases)).toEqual(['held', 'held']);
    expect((await publish.release(first)).reasons).toMatchObject([{ code: 'batch.held' }]);
    const approved = await publish.http('POST', `/api/v1/held-releases/${second.releaseId}/approve`, {
      as: publish.owner,
      body: { reason: 'a test key' },
    });
    expect(approved.status).toBe(200);
    expect(await states(batch.releases)).toEqual(['published', 'published']);
  });

  it('is approved one by one: each that is held for its own sake, and nobody approves it through another one (A1)', async () => {
    const batch = await submit(await publish.repository(), [...pair, { name: 'three' }]);
    const [first, second] = bothOf(batch);
    const third = batch.releases[2]?.release ?? second;
    const approve = ({ releaseId }: ReleaseFacts) =>
      publish.http('POST', `/api/v1/held-releases/${releaseId}/approve`, { as: publish.owner, body: { reason: 'ok' } });
    await publish.emitScan(first);
    await publish.emitScan(second, [leakedKey]);
    await publish.scan(third, [leakedKey]);
    expect(await approve(first)).toMatchObject({ status: 409, json: { code: 'release.held-for-others' } });
    expect(await approve(second)).toMatchObject({ status: 200, json: { state: 'held' } });
    expect((await publish.release(second)).reasons).toMatchObject([{ code: 'batch.held' }]);
    expect((await publish.audit(`release:${second.releaseId}`)).at(-1)).toMatchObject([{}, 'release.approve']);
    expect((await approve(second)).status).toBe(409);
    expect(await states(batch.releases)).toEqual(['held', 'held', 'held']);
    expect(await approve(third)).toMatchObject({ status: 200, json: { state: 'published' } });
    expect(await states(batch.releases)).toEqual(['published', 'published', 'published']);
  });

  it('of two versions of one package counts their events without a gap', async () => {
    const repository = await publish.repository();
    const members: Member[] = ['1.0.0', '2.0.0'].map((version) => ({ name: 'one', version, tags: [`v${version[0]}`] }));
    const [first, second] = bothOf(await submit(repository, members));
    await publish.emitScan(first);
    await publish.scan(second);
    const events = (await publish.replay()).filter((event) => event.subject.startsWith(`${repository.repositoryId}/`));
    expect(events.map((event) => event.aggregateversion)).toEqual(events.map((_, index) => index + 1));
    expect(await states([{ release: first }, { release: second }])).toEqual(['published', 'published']);
  });

  it('is decided on by the first result of a scan: one that comes again, or says otherwise, changes nothing (I9)', async () => {
    const batch = await submit(await publish.repository());
    const [first, second] = bothOf(batch);
    await publish.emitScan(first, [leakedKey]);
    await publish.decided(first);
    await publish.emitScan(first);
    await publish.emitScan(first);
    await publish.scan(second);
    expect(await states(batch.releases)).toEqual(['held', 'held']);
    expect(await publish.audit(`release:${first.releaseId}`)).toHaveLength(2);
  });

  it('is checked anew without the one that it was rejected for', async () => {
    const repository = await publish.repository();
    const batch = await submit(repository);
    const [first, second] = bothOf(batch);
    await publish.scan(second, [pathTraversal]);
    const again = await submit(repository);
    expect(again.releases).toMatchObject([{ joined: true }, { joined: true }]);
    const better = bothOf(
      await submit(repository, [
        { name: 'one', tags: ['latest'] },
        { name: 'two', bytes: 'fixed' },
      ]),
    );
    expect(better[0].releaseId).not.toBe(first.releaseId);
    await publish.emitScan(better[0]);
    await publish.scan(better[1]);
    expect(await states(better.map((release) => ({ release })))).toEqual(['published', 'published']);
  });

  it('is rejected whole when one is, at once', async () => {
    const batch = await submit(await publish.repository());
    const [, second] = bothOf(batch);
    await publish.scan(second, [pathTraversal]);
    expect(await states(batch.releases)).toEqual(['rejected', 'rejected']);
  });

  it('joins itself when it is sent again', async () => {
    const repository = await publish.repository();
    const batch = await submit(repository);
    const again = await submit(repository);
    expect(again.releases.map(({ joined }) => joined)).toEqual([true, true]);
    expect(again.releases.map(({ release }) => release.releaseId)).toEqual(
      batch.releases.map(({ release }) => release.releaseId),
    );
  });

  it('records nothing when one of it is refused', async () => {
    const repository = await publish.repository();
    await publish.published({ repository, name: 'two', bytes: 'what was there before' });
    await expect(submit(repository)).rejects.toMatchObject({ kind: 'conflict', code: 'release.immutable' });
    await expect(submit(repository, [{ name: 'one' }, { name: 'one' }])).rejects.toMatchObject({
      code: 'batch.duplicate',
    });
    const rows = await publish.query(`SELECT purl FROM packages WHERE repository_id = $1`, [repository.repositoryId]);
    expect(rows).toEqual([{ purl: 'pkg:npm/two' }]);
  });

  it('does not go ahead without a member that waits for a person', async () => {
    const repository = await publish.repository();
    await publish.held({ repository, name: 'two' });
    await expect(submit(repository)).rejects.toMatchObject({ kind: 'conflict', code: 'batch.partly-there' });
  });

  it('and another one over the same packages, many times at once, are both there once', async () => {
    const repository = await publish.repository();
    const next: readonly Member[] = [
      { name: 'two', version: '2.0.0' },
      { name: 'one', version: '2.0.0' },
    ];
    const all = await Promise.all(
      Array.from({ length: 10 }, (_, index) => submit(repository, index % 2 === 0 ? pair : next)),
    );
    const ids = new Set(all.flatMap(({ releases }) => releases.map(({ release }) => release.releaseId)));
    expect(ids.size).toBe(4);
  });
});
