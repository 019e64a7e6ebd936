import { randomUUID } from 'node:crypto';
import type { ReleaseFacts } from '@waybill/contracts';
import { moveTag, removeTag, tagMoved, tagRemoved } from '@waybill/contracts';
import type { Principal, RepositoryId } from '@waybill/domain';
import { actorOf, anonymous, packagePurl } from '@waybill/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memberOf, person } from '../../test/principals.js';
import { type RunningPublish, startPublish } from '../../test/running-publish.js';
import { maxTagsPerPackage } from './tag.rules.js';

let publish: RunningPublish;
let release: ReleaseFacts;

beforeAll(async () => {
  publish = await startPublish();
  release = await publish.published({ repository: await publish.repository() });
});

afterAll(async () => {
  await publish.stop();
});

function move(tag: string, version = '1.0.0', principal: Principal = publish.member) {
  const { repository, packagePurl } = release;
  return publish.ask(moveTag, { principal, repositoryId: repository.repositoryId, packagePurl, tag, version });
}

function remove(tag: string, principal: Principal = publish.member) {
  const { repository, packagePurl } = release;
  return publish.ask(removeTag, { principal, repositoryId: repository.repositoryId, packagePurl, tag });
}

async function events(tag: string): Promise<unknown[]> {
  const all = await publish.replay({ types: [tagMoved.type, tagRemoved.type] });
  return all
    .filter((event) => (event.data as { tag: string }).tag === tag)
    .map((event) => [event.type, event.aggregateversion]);
}

describe('a tag', () => {
  it('moves to a published version, and is told once', async () => {
    const { aggregateVersion } = await move('beta');
    expect(await move('beta')).toEqual({ aggregateVersion });
    expect(await events('beta')).toEqual([[tagMoved.type, aggregateVersion]]);
  });

  it('is removed, and leaves when that was', async () => {
    const moved = await move('gone');
    const removed = await remove('gone');
    expect(removed.aggregateVersion).toBe(moved.aggregateVersion + 1);
    await expect(remove('gone')).rejects.toMatchObject({ kind: 'not-found', code: 'tag.not-found' });
    expect(await publish.query(`SELECT version FROM tags WHERE tag = 'gone'`)).toEqual([{ version: null }]);
    expect(await events('gone')).toEqual([
      [tagMoved.type, moved.aggregateVersion],
      [tagRemoved.type, removed.aggregateVersion],
    ]);
  });

  it('that is moved or removed leaves exactly one audit entry, and a repetition or a refusal none (W9)', async () => {
    await publish.published({ repository: release.repository, version: '1.5.0', bytes: 'for the audit' });
    const { repository, packagePurl } = release;
    const { repositoryId } = repository;
    const requestId = 'request-of-the-move';
    const asked = { principal: publish.member, repositoryId, packagePurl, tag: 'audited', requestId };
    await publish.ask(moveTag, { ...asked, version: '1.0.0' });
    await publish.ask(moveTag, { ...asked, version: '1.0.0' });
    await publish.ask(moveTag, { ...asked, version: '1.5.0' });
    await expect(move('audited', '9.9.9')).rejects.toThrow();
    await expect(move('audited', '1.0.0', memberOf(publish.organizationId, 'reader'))).rejects.toThrow();
    await publish.ask(removeTag, asked);
    await expect(remove('audited')).rejects.toThrow();
    const entries = await publish.query(
      `SELECT a.actor, a.action, a.request_id, a.details FROM audit_events a
         JOIN packages p ON a.subject = 'package:' || p.package_id
        WHERE p.repository_id = $1 AND a.details ->> 'tag' = 'audited' ORDER BY a.at`,
      [repositoryId],
    );
    const change = (action: string, before: string | null, after: string | null) => ({
      actor: actorOf(publish.member),
      action,
      request_id: requestId,
      details: { purl: packagePurl, tag: 'audited', before, after },
    });
    expect(entries).toEqual([
      change('tag.move', null, '1.0.0'),
      change('tag.move', '1.0.0', '1.5.0'),
      change('tag.remove', '1.5.0', null),
    ]);
  });

  it('never points at what is not published', async () => {
    const { repository } = release;
    await publish.submit({ repository, version: '2.0.0' });
    await publish.held({ repository, version: '3.0.0' });
    for (const version of ['2.0.0', '3.0.0', '4.0.0']) {
      await expect(move('next', version)).rejects.toMatchObject({ kind: 'not-found', code: 'version.not-found' });
    }
    const other = { principal: publish.member, repositoryId: repository.repositoryId, tag: 'next', version: '1.0.0' };
    const packagePurlOfNobody = packagePurl({ ecosystem: 'npm', name: 'nobody' });
    await expect(publish.ask(moveTag, { ...other, packagePurl: packagePurlOfNobody })).rejects.toMatchObject({
      code: 'version.not-found',
    });
  });

  it('is moved and removed by who may publish, and the others learn nothing (A1, A6)', async () => {
    await move('ours');
    const reader = memberOf(publish.organizationId, 'reader');
    const attempts = [
      () => move('ours', '1.0.0', reader),
      () => remove('ours', reader),
      () => remove('ours', person()),
    ];
    for (const attempt of attempts) {
      await expect(attempt()).rejects.toMatchObject({ kind: 'forbidden' });
    }
    await expect(remove('ours', anonymous)).rejects.toMatchObject({ kind: 'unauthenticated' });
    const hidden = await publish.published({ repository: await publish.repository('private') });
    const { packagePurl, repository } = hidden;
    const asked = { principal: person(), packagePurl, tag: 'ours', version: '1.0.0' };
    const [first, second] = await Promise.all(
      [repository.repositoryId, randomUUID() as RepositoryId].map((repositoryId) =>
        publish.ask(moveTag, { ...asked, repositoryId }).catch((error: unknown) => error as Error),
      ),
    );
    expect(first).toMatchObject({ kind: 'not-found' });
    expect((first as Error).message).toBe((second as Error).message);
  });

  it('is one of at most 200 of a package', async () => {
    const { release: other } = await publish.submit({ repository: await publish.repository() });
    await publish.scan(other);
    const { repositoryId } = other.repository;
    const asked = { principal: publish.member, repositoryId, packagePurl: other.packagePurl, version: '1.0.0' };
    for (let count = 0; count < maxTagsPerPackage; count += 1) {
      await publish.ask(moveTag, { ...asked, tag: `tag-${count}` });
    }
    await expect(publish.ask(moveTag, { ...asked, tag: 'one-more' })).rejects.toMatchObject({ code: 'tag.too-many' });
    await expect(move('x'.repeat(257))).rejects.toMatchObject({ kind: 'invalid' });
  });

  it('that was removed is not brought back by a release that was submitted before, and is forgotten in the end', async () => {
    const repository = await publish.repository();
    const { packagePurl } = await publish.published({ repository, tags: ['beta'] });
    const late = await publish.held({ repository, version: '2.0.0', bytes: 'late', tags: ['beta'] });
    const { repositoryId } = repository;
    const { member } = publish;
    const tagsNow = () =>
      publish.query(
        `SELECT tag, tags.version FROM tags JOIN packages USING (package_id) WHERE repository_id = $1 ORDER BY tag`,
        [repositoryId],
      );
    await publish.ask(removeTag, { principal: member, repositoryId, packagePurl, tag: 'beta' });
    const answer = await publish.http('POST', `/api/v1/held-releases/${late.releaseId}/approve`, {
      as: publish.owner,
      body: { reason: 'fine' },
    });
    expect(answer.json).toMatchObject({ state: 'published' });
    expect(await tagsNow()).toEqual([{ tag: 'beta', version: null }]);
    await publish.published({ repository, version: '3.0.0', bytes: 'after', tags: ['next'] });
    await publish.ask(removeTag, { principal: member, repositoryId, packagePurl, tag: 'next' });
    expect(await tagsNow()).toEqual([{ tag: 'next', version: null }]);
  });

  it('moved by many at once ends where the last event says', async () => {
    await publish.published({ repository: release.repository, version: '1.0.1', bytes: 'other' });
    const moves = await Promise.all(
      Array.from({ length: 20 }, (_, index) => move('busy', index % 2 === 0 ? '1.0.0' : '1.0.1')),
    );
    const last = Math.max(...moves.map(({ aggregateVersion }) => aggregateVersion));
    const [row] = await publish.query(`SELECT version, aggregate_version FROM tags WHERE tag = 'busy'`);
    expect(row?.['aggregate_version']).toBe(last);
    const versions = (await events('busy')).map((entry) => (entry as unknown[])[1]);
    expect(new Set(versions).size).toBe(versions.length);
    expect(versions.at(-1)).toBe(last);
  });
});
