import { randomUUID } from 'node:crypto';
import { moveTag, releaseHeld, releasePublished, scanCompleted, submitRelease } from '@waybill/contracts';
import { toDomainError } from '@waybill/domain';
import { eventually } from '@waybill/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { leakedKey, type RunningPublish, startPublish } from '../../test/running-publish.js';
import { DecisionsConsumer } from './decisions.consumer.js';

let publish: RunningPublish;

beforeAll(async () => {
  publish = await startPublish();
});

afterAll(async () => {
  await publish.stop();
});

describe('a decision whose transaction fails', () => {
  it('leaves no part of itself, and is made when the result of the scan comes again', async () => {
    const repository = await publish.repository();
    const { release } = await publish.submit({ repository, tags: ['latest'] });
    const { releaseId } = release;
    const types = async () =>
      (await publish.replay())
        .filter(({ subject }) => subject.startsWith(`${repository.repositoryId}/`))
        .map(({ type, aggregateversion }) => [type, aggregateversion]);
    const before = await types();
    await publish.query(`ALTER TABLE audit_events ADD CONSTRAINT no_more CHECK (false) NOT VALID`);
    const consumer = publish.app.get(DecisionsConsumer, { strict: false });
    const data = { releaseId, scanId: randomUUID(), completed: true, findings: [] };
    const event = await publish.emit(scanCompleted, releaseId, data);
    await expect(consumer.onScanCompleted({ ...event, data })).rejects.toThrow('no_more');
    expect(await publish.release(release)).toEqual(release);
    expect(await types()).toEqual(before);
    expect(await publish.query(`SELECT tag FROM tags`)).toEqual([]);
    await publish.query(`ALTER TABLE audit_events DROP CONSTRAINT no_more`);
    await eventually(async () => expect((await publish.release(release)).state).toBe('published'), {
      timeoutMs: 20_000,
    });
    expect(await types()).toEqual([...before, [releasePublished.type, 2]]);
    expect(await publish.audit(`release:${releaseId}`)).toHaveLength(1);
  });
});

describe('what a release and a scan may say at their longest', () => {
  it('fits into one event: no release waits for ever because of what was found in it (I9)', async () => {
    const repository = await publish.repository();
    const request = await publish.submission({ repository });
    const metadata = { kind: 'inline' as const, json: { readme: 'x'.repeat(310 * 1024) } };
    const { release } = await publish.ask(submitRelease, { ...request, metadata });
    const findings = Array.from({ length: 300 }, (_, index) => ({
      ...leakedKey,
      message: 'x'.repeat(1900),
      line: index + 1,
    }));
    const held = await publish.scan(release, findings);
    expect(held.state).toBe('held');
    expect(held.reasons.at(-1)).toMatchObject({ code: 'findings.more' });
    await eventually(() =>
      expect(
        publish.heard.find(({ type, data }) => type === releaseHeld.type && isOf(release.releaseId, data)),
      ).toBeDefined(),
    );
  });

  it('is refused at the start when no event could tell it', async () => {
    const repository = await publish.repository();
    const request = await publish.submission({ repository });
    const metadata = { kind: 'inline' as const, json: { readme: 'x'.repeat(330 * 1024) } };
    const outcome = await publish.ask(submitRelease, { ...request, metadata }).then(
      () => 'accepted',
      (error: unknown) => toDomainError(error).code,
    );
    expect(outcome).toBe('release.too-large');
  });
});

describe('a finding about a file with a name that no database keeps', () => {
  it.each(['a\u0000b', 'a\ud800b'])('%j still decides, with the name made readable (I9, W10)', async (path) => {
    const repository = await publish.repository();
    const { release } = await publish.submit({ repository });
    const finding = { ...leakedKey, path, code: path, message: `It is in ${path}.` };
    const held = await publish.scan(release, [finding]);
    const readable = 'a\uFFFDb';
    expect(held).toMatchObject({
      state: 'held',
      reasons: [{ ...leakedKey, path: readable, code: readable, message: `It is in ${readable}.` }],
    });
  });
});

describe('a release that is approved late', () => {
  it('does not take a tag that somebody has confirmed since it was submitted', async () => {
    const repository = await publish.repository();
    const { repositoryId } = repository;
    const { packagePurl } = await publish.published({ repository, version: '1.0.0', tags: ['latest'] });
    const late = await publish.held({ repository, version: '2.0.0', tags: ['latest', 'next'] });
    await publish.ask(moveTag, {
      principal: publish.member,
      repositoryId,
      packagePurl,
      tag: 'latest',
      version: '1.0.0',
    });
    const target = `/api/v1/held-releases/${late.releaseId}/approve`;
    const answer = await publish.http('POST', target, { as: publish.owner, body: { reason: 'It is fine.' } });
    expect(answer.status).toBe(200);
    const tags = await publish.query(
      `SELECT tag, tags.version FROM tags JOIN packages USING (package_id) WHERE repository_id = $1 ORDER BY tag`,
      [repositoryId],
    );
    expect(tags).toEqual([
      { tag: 'latest', version: '1.0.0' },
      { tag: 'next', version: '2.0.0' },
    ]);
  });
});

function isOf(releaseId: string, data: unknown): boolean {
  return typeof data === 'object' && data !== null && Reflect.get(data, 'releaseId') === releaseId;
}
