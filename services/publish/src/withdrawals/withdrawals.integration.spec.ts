import { randomUUID } from 'node:crypto';
import type { ReleaseFacts, RequestOf } from '@waybill/contracts';
import { moveTag, releaseWithdrawn, withdrawReleases } from '@waybill/contracts';
import type { Action, Principal, TokenId } from '@waybill/domain';
import { anonymous } from '@waybill/domain';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { memberOf, person } from '../../test/principals.js';
import { type RunningPublish, startPublish } from '../../test/running-publish.js';

let publish: RunningPublish;
let first: ReleaseFacts;
let second: ReleaseFacts;

beforeAll(async () => {
  publish = await startPublish();
});

afterAll(async () => {
  await publish.stop();
});

beforeEach(async () => {
  const repository = await publish.repository();
  first = await publish.published({ repository, version: '1.0.0', tags: ['latest', 'old'] });
  second = await publish.published({ repository, version: '1.1.0', bytes: 'others', tags: ['latest'] });
});

function withdraw(wish: Partial<RequestOf<typeof withdrawReleases>> = {}) {
  const { repository, packagePurl } = first;
  const { repositoryId } = repository;
  const request = { principal: publish.owner, repositoryId, packagePurl, versions: ['1.1.0'], tags: {} };
  return publish.ask(withdrawReleases, { ...request, requestId: 'test', ...wish });
}

async function tags(): Promise<Record<string, unknown>> {
  const rows = await publish.query(
    `SELECT tag, tags.version FROM tags JOIN packages USING (package_id) WHERE repository_id = $1 ORDER BY tag`,
    [first.repository.repositoryId],
  );
  return Object.fromEntries(rows.map((row) => [String(row['tag']), row['version']]));
}

describe('a withdrawal', () => {
  it('takes the version away and its tags with it, or elsewhere, in one event', async () => {
    const done = await withdraw({ tags: { latest: '1.0.0' } });
    expect(done.withdrawn).toEqual(['1.1.0']);
    expect((await publish.release(second)).state).toBe('withdrawn');
    expect((await publish.release(first)).state).toBe('published');
    expect(await tags()).toEqual({ latest: '1.0.0', old: '1.0.0' });
    const [event] = (await publish.replay({ types: [releaseWithdrawn.type] })).slice(-1);
    expect(event).toMatchObject({
      aggregateversion: done.aggregateVersion,
      data: {
        releases: [{ releaseId: second.releaseId, version: '1.1.0' }],
        removedTags: [],
        movedTags: { latest: '1.0.0' },
      },
    });
  });

  it('removes the tags that nobody moved, and says so', async () => {
    await withdraw();
    expect(await tags()).toEqual({ latest: null, old: '1.0.0' });
    await withdraw({ versions: 'all' });
    expect(await tags()).toEqual({ old: null });
  });

  it('never lets other bytes take the version, and joins the same ones as they are (I8)', async () => {
    await withdraw();
    const { repository } = first;
    await expect(publish.submit({ repository, version: '1.1.0', bytes: 'different' })).rejects.toMatchObject({
      kind: 'forbidden',
      code: 'release.withdrawn',
    });
    const again = await publish.submit({ repository, version: '1.1.0', bytes: 'others' });
    expect(again).toMatchObject({ joined: true, release: { releaseId: second.releaseId, state: 'withdrawn' } });
  });

  it('of everything leaves a package that lives again with a new version', async () => {
    const done = await withdraw({ versions: 'all' });
    expect(done.withdrawn.sort()).toEqual(['1.0.0', '1.1.0']);
    await expect(withdraw({ versions: 'all' })).rejects.toMatchObject({ kind: 'not-found' });
    const { repository } = first;
    const alive = await publish.published({ repository, version: '2.0.0', bytes: 'new', tags: ['latest'] });
    expect(alive.state).toBe('published');
    expect((await tags())['latest']).toBe('2.0.0');
  });

  it('leaves alone what is held, which nobody ever got', async () => {
    const held = await publish.held({ repository: first.repository, version: '3.0.0', bytes: 'held' });
    await withdraw({ versions: 'all' });
    expect((await publish.release(held)).state).toBe('held');
    await expect(withdraw({ versions: ['3.0.0'] })).rejects.toMatchObject({ code: 'version.not-found' });
  });

  it('is refused when clients saw another package than there is, and not for what they cannot see', async () => {
    const { repository, packagePurl } = first;
    const { repositoryId } = repository;
    const move = { principal: publish.member, repositoryId, packagePurl, tag: 'next', version: '1.0.0' };
    const { aggregateVersion } = await publish.ask(moveTag, move);
    await publish.held({ repository, version: '3.0.0', bytes: 'held' });
    await expect(withdraw({ expectedAggregateVersion: aggregateVersion - 1 })).rejects.toMatchObject({
      kind: 'conflict',
      code: 'package.changed-meanwhile',
    });
    expect((await withdraw({ expectedAggregateVersion: aggregateVersion })).withdrawn).toEqual(['1.1.0']);
  });

  it('of a thousand versions is one event, with a few statements', async () => {
    await publish.withMoreVersions(first, 1000);
    expect((await publish.statementsOf(() => withdraw({ versions: 'all' }))).length).toBeLessThan(20);
    const [event] = (await publish.replay({ types: [releaseWithdrawn.type] })).slice(-1);
    expect((event?.data as { releases: unknown[] }).releases).toHaveLength(1002);
  });

  it('refuses a tag whose name cannot be kept', async () => {
    await expect(withdraw({ tags: { 'a\0b': '1.0.0' } })).rejects.toMatchObject({ kind: 'invalid', code: 'tag.text' });
  });

  it('does all that it names or nothing', async () => {
    await expect(withdraw({ versions: ['1.1.0', '9.9.9'] })).rejects.toMatchObject({ code: 'version.not-found' });
    await expect(withdraw({ tags: { latest: '1.1.0' } })).rejects.toMatchObject({ code: 'version.not-found' });
    expect((await publish.release(second)).state).toBe('published');
    expect(await tags()).toEqual({ latest: '1.1.0', old: '1.0.0' });
  });

  it('needs the right to delete, which a member does not have (A1, A6)', async () => {
    const { repository } = first;
    for (const principal of [publish.member, memberOf(publish.organizationId, 'reader'), person()]) {
      await expect(withdraw({ principal })).rejects.toMatchObject({ kind: 'forbidden' });
    }
    await expect(withdraw({ principal: anonymous })).rejects.toMatchObject({ kind: 'unauthenticated' });
    const hidden = await publish.published({ repository: await publish.repository('private') });
    const { repositoryId } = hidden.repository;
    expect(repositoryId).not.toBe(repository.repositoryId);
    await expect(withdraw({ principal: person(), repositoryId })).rejects.toMatchObject({ kind: 'not-found' });
  });

  it('moves no tag but those of what it takes, for who may not publish (A4)', async () => {
    const { repositoryId } = first.repository;
    const scoped = (...actions: Action[]): Principal => ({
      ...(publish.owner as Extract<Principal, { kind: 'user' }>),
      kind: 'token',
      tokenId: randomUUID() as TokenId,
      scopes: [{ actions, on: { kind: 'repository', repositoryId } }],
    });
    const deletes = scoped('read', 'delete');
    const granted = person([{ kind: 'repository', repositoryId, actions: ['read', 'delete'] }]);
    await publish.published({ repository: first.repository, version: '1.0.1', bytes: 'between' });
    for (const principal of [deletes, granted]) {
      for (const tags of [{ old: '1.0.1' }, { stable: '1.0.0' }, { latest: '1.0.0', stable: '1.0.0' }]) {
        await expect(withdraw({ principal, tags })).rejects.toMatchObject({ kind: 'forbidden' });
      }
      await expect(withdraw({ principal, versions: ['1.0.1'], tags: { latest: '1.0.0' } })).rejects.toMatchObject({
        kind: 'forbidden',
      });
    }
    await expect(withdraw({ principal: deletes, tags: { stable: '1.0.0' } })).rejects.toMatchObject({
      details: { permission: 'publish' },
    });
    expect(await tags()).toEqual({ latest: '1.1.0', old: '1.0.0' });
    await withdraw({ principal: deletes, tags: { latest: '1.0.0', old: '1.0.0' } });
    expect(await tags()).toEqual({ latest: '1.0.0', old: '1.0.0' });
    await withdraw({ principal: scoped('delete', 'publish'), versions: ['1.0.1'], tags: { stable: '1.0.0' } });
    expect(await tags()).toEqual({ latest: '1.0.0', old: '1.0.0', stable: '1.0.0' });
  });

  it('by many at once happens once', async () => {
    const done = await Promise.allSettled(Array.from({ length: 10 }, () => withdraw()));
    expect(done.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1);
  });
});
