import { randomUUID } from 'node:crypto';
import { releaseHeld, releasePublished, scanCompleted } from '@waybill/contracts';
import type { Finding, FindingLevel, ReleaseId } from '@waybill/domain';
import { eventually } from '@waybill/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { leakedKey, pathTraversal, type RunningPublish, startPublish } from '../../test/running-publish.js';

let publish: RunningPublish;

beforeAll(async () => {
  publish = await startPublish();
});

afterAll(async () => {
  await publish.stop();
});

const flagged: Finding = { rule: 'P12', code: 'binary.found', level: 'flag', message: 'There is a program in it.' };

async function eventTypes(repositoryId: string): Promise<string[]> {
  const events = await publish.replay();
  return events
    .filter((event) => event.subject.startsWith(`${repositoryId}/`))
    .map((event) => event.type.split('.')[2] ?? '');
}

describe('a scan', () => {
  it('that found nothing, or what is only flagged, publishes, and its tags with it', async () => {
    const repository = await publish.repository();
    const { release } = await publish.submit({ repository, tags: ['latest'] });
    expect(await publish.scan(release, [flagged])).toMatchObject({ state: 'published', reasons: [] });
    expect(await eventTypes(repository.repositoryId)).toEqual(['quarantined', 'published']);
    expect(await publish.audit(`release:${release.releaseId}`)).toEqual([['policy', 'release.decide']]);
  });

  it('holds or rejects with every reason, and moves no tag', async () => {
    const repository = await publish.repository();
    const held = await publish.scan((await publish.submit({ repository, tags: ['latest'] })).release, [leakedKey]);
    expect(held).toMatchObject({ state: 'held', reasons: [leakedKey] });
    const other = await publish.submit({ repository, version: '2.0.0', tags: ['latest'] });
    const rejected = await publish.scan(other.release, [leakedKey, pathTraversal]);
    expect(rejected).toMatchObject({ state: 'rejected', reasons: [pathTraversal, leakedKey] });
    expect(await eventTypes(repository.repositoryId)).toEqual(['quarantined', 'held', 'quarantined', 'rejected']);
    expect(
      await publish.query('SELECT tag FROM tags JOIN packages USING (package_id) WHERE repository_id = $1', [
        repository.repositoryId,
      ]),
    ).toEqual([]);
  });

  it('that was not completed is never clean (I9)', async () => {
    const repository = await publish.repository();
    const { release } = await publish.submit({ repository });
    const decided = await publish.scan(release, [], false);
    expect(decided.state).toBe('held');
    expect(decided.reasons).toMatchObject([{ rule: 'I9', code: 'scan.incomplete' }]);
  });

  it('with a finding of an unknown severity decides nothing: the release stays quarantined (I9, W10)', async () => {
    const repository = await publish.repository();
    const { release } = await publish.submit({ repository });
    const { releaseId } = release;
    const unknown = { ...leakedKey, level: 'harmless' as FindingLevel };
    await publish.emit(scanCompleted, releaseId, {
      releaseId,
      scanId: randomUUID(),
      completed: true,
      findings: [unknown],
    });
    const marker = await publish.published({ repository, version: '9.9.9' });
    expect(marker.state).toBe('published');
    expect(await publish.release(release)).toMatchObject({ state: 'quarantined' });
  });

  it('that says nothing of a release leaves it quarantined: it is in no event that readers take (I9)', async () => {
    const repository = await publish.repository();
    await publish.submit({ repository });
    expect(await eventTypes(repository.repositoryId)).toEqual(['quarantined']);
  });
});

describe('a scan that comes again, or too late', () => {
  it('changes nothing (W10)', async () => {
    const repository = await publish.repository();
    const release = await publish.published({ repository, tags: ['latest'] });
    const { releaseId } = release;
    const before = await eventTypes(repository.repositoryId);
    const again = { releaseId, completed: true };
    await publish.emit(scanCompleted, releaseId, { ...again, scanId: randomUUID(), findings: [] });
    await publish.emit(scanCompleted, releaseId, { ...again, scanId: randomUUID(), findings: [pathTraversal] });
    const nobody = randomUUID() as ReleaseId;
    await publish.emit(scanCompleted, nobody, {
      releaseId: nobody,
      completed: true,
      scanId: randomUUID(),
      findings: [],
    });
    await publish.published({ repository, name: 'marker' });
    expect(await publish.release(release)).toEqual(release);
    expect((await eventTypes(repository.repositoryId)).slice(0, before.length)).toEqual(before);
    expect(await publish.audit(`release:${releaseId}`)).toHaveLength(1);
  });

  it('20 at once decide once (W10)', async () => {
    const repository = await publish.repository();
    const { release } = await publish.submit({ repository, tags: ['latest'] });
    const { releaseId } = release;
    await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        publish.emit(scanCompleted, releaseId, {
          releaseId,
          scanId: randomUUID(),
          completed: true,
          findings: index % 2 === 0 ? [] : [leakedKey],
        }),
      ),
    );
    await eventually(async () => expect((await publish.release(release)).state).not.toBe('quarantined'));
    await publish.published({ repository, name: 'marker' });
    const types = (await eventTypes(repository.repositoryId)).filter((type) => type === 'published' || type === 'held');
    expect(await publish.audit(`release:${releaseId}`)).toHaveLength(1);
    expect(types.length).toBe(2);
  });
});

describe('the reasons of a release', () => {
  it('fit into one message of the bus, however many there are', async () => {
    const repository = await publish.repository();
    const { release } = await publish.submit({ repository });
    const findings = Array.from({ length: 400 }, (_, index) => ({
      ...leakedKey,
      message: 'x'.repeat(1900),
      line: index + 1,
    }));
    const held = await publish.scan(release, findings);
    expect(held.reasons.length).toBeLessThan(findings.length);
    expect(held.reasons.at(-1)).toMatchObject({ code: 'findings.more' });
    await eventually(async () => {
      const [row] = await publish.query(
        `SELECT sent_at FROM outbox WHERE type = $1 AND envelope->'data'->>'releaseId' = $2`,
        [releaseHeld.type, release.releaseId],
      );
      expect(row?.['sent_at']).toBeInstanceOf(Date);
    });
  });
});

describe('tags of releases', () => {
  it('follow the order in which they were wished for, not the one of scans', async () => {
    const repository = await publish.repository();
    const first = (await publish.submit({ repository, version: '1.0.0', tags: ['latest'] })).release;
    const second = (await publish.submit({ repository, version: '2.0.0', tags: ['latest'] })).release;
    await publish.scan(second);
    await publish.scan(first);
    const [row] = await publish.query(
      `SELECT tags.version FROM tags JOIN packages USING (package_id) WHERE repository_id = $1`,
      [repository.repositoryId],
    );
    expect(row?.['version']).toBe('2.0.0');
    const moves = (await publish.replay({ types: [releasePublished.type] }))
      .filter((event) => event.subject.startsWith(`${repository.repositoryId}/`))
      .map((event) => event.data as { version: string; tags: string[] })
      .map(({ version, tags }) => [version, tags]);
    expect(moves).toEqual([
      ['2.0.0', ['latest']],
      ['1.0.0', []],
    ]);
  });
});
