import { randomUUID } from 'node:crypto';
import type { EventEnvelope } from '@waybill/contracts';
import {
  moveTag,
  releaseHeld,
  releasePublished,
  releaseQuarantined,
  releaseRejected,
  removeTag,
  replayEvents,
  repositoryCreated,
  tagMoved,
  tagRemoved,
} from '@waybill/contracts';
import { eventually } from '@waybill/testing';
import type { QueryRunner } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pathTraversal, type RunningPublish, startPublish } from '../../test/running-publish.js';

let publish: RunningPublish;

beforeAll(async () => {
  publish = await startPublish();
});

afterAll(async () => {
  await publish.stop();
});

/** What an adapter keeps: the state of every version, and where tags point; only newer events of a package count. */
function project(events: readonly EventEnvelope[]): Record<string, unknown> {
  const model: Record<string, unknown> = {};
  const versions = new Map<string, number>();
  function newer(row: string, event: EventEnvelope): boolean {
    const key = `${event.subject} ${row}`;
    if ((versions.get(key) ?? 0) >= event.aggregateversion) return false;
    versions.set(key, event.aggregateversion);
    return true;
  }
  for (const event of events) {
    const data = event.data as { version: string; state: string; tag: string; tags: string[] };
    const key = `${event.subject} ${data.tag}`;
    if (event.type === tagMoved.type && newer(data.tag, event)) model[key] = data.version;
    else if (event.type === tagRemoved.type && newer(data.tag, event)) Reflect.deleteProperty(model, key);
    else if (event.type.startsWith('publish.release.') && newer(data.version, event)) {
      model[`${event.subject}@${data.version}`] = data.state;
      const moved = event.type === releasePublished.type ? data.tags : [];
      for (const tag of moved) if (newer(tag, event)) model[`${event.subject} ${tag}`] = data.version;
    }
  }
  return model;
}

describe('a read model', () => {
  it('that is rebuilt from nothing is the one that followed live', async () => {
    const { member: principal } = publish;
    const repository = await publish.repository();
    const { repositoryId } = repository;
    const { packagePurl } = await publish.published({ repository, version: '1.0.0', tags: ['latest'] });
    await publish.held({ repository, version: '1.1.0', tags: ['latest'] });
    await publish.published({ repository, version: '2.0.0', tags: ['latest', 'next'] });
    await publish.scan((await publish.submit({ repository, version: '3.0.0' })).release, [pathTraversal]);
    const tag = { principal, repositoryId, packagePurl };
    await publish.ask(moveTag, { ...tag, tag: 'old', version: '1.0.0' });
    await publish.ask(removeTag, { ...tag, tag: 'next' });
    const types = [releaseQuarantined, releasePublished, releaseHeld, releaseRejected, tagMoved, tagRemoved];
    const replayed = await publish.replay({ types: types.map(({ type }) => type) });
    await eventually(() =>
      expect(publish.heard.filter((event) => event.type !== repositoryCreated.type)).toHaveLength(replayed.length),
    );
    const rebuilt = project(replayed);
    expect(rebuilt).toEqual(project(publish.heard));
    const subject = `${repositoryId}/${packagePurl}`;
    expect(rebuilt).toEqual({
      [`${subject}@1.0.0`]: 'published',
      [`${subject}@1.1.0`]: 'held',
      [`${subject}@2.0.0`]: 'published',
      [`${subject}@3.0.0`]: 'rejected',
      [`${subject} latest`]: '2.0.0',
      [`${subject} old`]: '1.0.0',
    });
  });
});

describe('the event log', () => {
  it('only grows: nothing in it can be changed, taken away or emptied (W9)', async () => {
    await publish.submit({ repository: await publish.repository() });
    for (const statement of [
      `UPDATE outbox SET envelope = '{}'`,
      `UPDATE outbox SET position = position + 1000000`,
      `UPDATE outbox SET type = 'publish.nothing.happened.v1', sent_at = NULL`,
      `DELETE FROM outbox`,
      `TRUNCATE outbox`,
    ]) {
      await expect(publish.query(statement)).rejects.toThrow('only grows');
    }
  });

  it('is read by type and by ecosystem; what belongs to no ecosystem belongs to each', async () => {
    const repository = await publish.repository();
    await publish.submit({ repository });
    const mine = (events: EventEnvelope[]) =>
      events.filter(({ subject }) => subject.startsWith(repository.repositoryId)).map(({ type }) => type);
    expect(mine(await publish.replay({ ecosystem: 'npm' }))).toEqual([repositoryCreated.type, releaseQuarantined.type]);
    expect(mine(await publish.replay({ ecosystem: 'pypi' }))).toEqual([repositoryCreated.type]);
    expect(mine(await publish.replay({ ecosystem: '%' }))).toEqual([repositoryCreated.type]);
    expect(mine(await publish.replay({ types: [releaseQuarantined.type] }))).toEqual([releaseQuarantined.type]);
  });

  it('is read in pages that fit into a message, and none is skipped between them', async () => {
    const [start] = await publish.query('SELECT coalesce(max(position), 0) AS position FROM outbox');
    const subject = `test-${randomUUID()}`;
    for (let count = 1; count <= 230; count += 1) await write(publish.dataSource.createQueryRunner(), subject, count);
    const large = await write(publish.dataSource.createQueryRunner(), subject, 231, 'x'.repeat(600 * 1024));
    for (let count = 232; count <= 240; count += 1) {
      await write(publish.dataSource.createQueryRunner(), subject, count, 'x'.repeat(100 * 1024));
    }
    const sizes: number[] = [];
    const seen: string[] = [];
    for (let after: number | null = Number(start?.['position']); after !== null;) {
      const page: { events: { event: EventEnvelope }[]; next: number | null } = await publish.ask(replayEvents, {
        after,
        types: [],
      });
      sizes.push(page.events.length);
      seen.push(...page.events.map(({ event }) => event.id));
      const bytes = JSON.stringify(page).length;
      expect(bytes < 520 * 1024 || (page.events.length === 1 && page.events[0]?.event.id === large)).toBe(true);
      after = page.next;
    }
    expect(new Set(seen).size).toBe(240);
    expect(seen).toHaveLength(240);
    expect(sizes.slice(0, 4)).toEqual([100, 100, 30, 1]);
  });

  it('never skips what commits late, in whatever order transactions began and wrote', async () => {
    const subject = `test-${randomUUID()}`;
    const [older, newer] = [publish.dataSource.createQueryRunner(), publish.dataSource.createQueryRunner()];
    // The older transaction writes second and commits first: its number is below that of the one that still runs.
    await older.startTransaction();
    await older.query('SELECT pg_current_xact_id()');
    await newer.startTransaction();
    const first = await write(newer, subject, 1);
    const second = await write(older, subject, 2);
    await older.commitTransaction();
    await older.release();
    let answered = false;
    const replay = publish.replay().then((events) => {
      answered = true;
      return events.filter((event) => event.subject === subject).map((event) => event.id);
    });
    for (let count = 0; count < 10; count += 1) await publish.query('SELECT 1');
    expect(answered).toBe(false);
    await newer.commitTransaction();
    await newer.release();
    expect(await replay).toEqual([first, second]);
  });
});

/** Writes an event as an outbox does, in the transaction of the runner or in one of its own. */
async function write(runner: QueryRunner, subject: string, version: number, text = ''): Promise<string> {
  const id = randomUUID();
  const envelope = {
    specversion: '1.0',
    id,
    source: '/waybill/publish',
    type: 'publish.test.written.v1',
    subject,
    time: new Date().toISOString(),
    datacontenttype: 'application/json',
    aggregateversion: version,
    data: { text },
  };
  await runner.query(
    `INSERT INTO outbox (event_id, type, aggregate, envelope, xact, sent_at)
     VALUES ($1, $2, $3, $4, pg_current_xact_id()::text::bigint, now())`,
    [id, envelope.type, subject, JSON.stringify(envelope)],
  );
  if (!runner.isTransactionActive) await runner.release();
  return id;
}
