import { randomUUID } from 'node:crypto';
import { jetstream } from '@nats-io/jetstream';
import {
  downloadsCounted,
  eventSubject,
  packageAggregate,
  packageChanged,
  releasePublished,
  repositoryCreated,
} from '@waybill/contracts';
import type { RepositoryFacts } from '@waybill/contracts';
import type { PackagePurl, Principal } from '@waybill/domain';
import { eventually } from '@waybill/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memberOf, person } from '../../test/principals.js';
import type { RunningAdapter } from '../../test/running-adapter.js';
import { startAdapter } from '../../test/running-adapter.js';

const today = new Date().toISOString().slice(0, 10);
let adapter: RunningAdapter;

beforeAll(async () => {
  adapter = await startAdapter();
  for (const repository of Object.values(adapter.repositories)) {
    await adapter.emit(repositoryCreated, { aggregate: repository.repositoryId, version: 1, data: repository });
  }
  const { public: main, private: secret } = adapter.repositories;
  await publish(main, 'left', '1.0.0');
  await publish(main, 'right', '1.0.0');
  await publish(main, '@acme/scoped', '1.0.0');
  await publish(secret, 'hidden', '1.0.0');
  await count(main, { 'pkg:npm/left@1.0.0': 3, 'pkg:npm/left@2.0.0': 4, 'pkg:npm/%40acme/scoped@1.0.0': 5 });
  await count(main, { 'pkg:npm/left@1.0.0': 10, 'pkg:pypi/left@1.0.0': 1000 }, '2026-01-15');
  await count(secret, { 'pkg:npm/hidden@1.0.0': 7 });
});

afterAll(async () => {
  await adapter.stop();
});

async function publish(repository: RepositoryFacts, name: string, version: string) {
  const release = await adapter.release(repository, { name, version });
  const aggregate = packageAggregate(repository.repositoryId, release.packagePurl);
  await adapter.emit(releasePublished, { aggregate, version: 2, data: release });
  const principal = memberOf(repository);
  const target = `/npm/${repository.slug}/${name}`;
  await eventually(async () => {
    if ((await adapter.call(target, { principal })).status !== 200) throw new Error('not projected yet');
  });
}

/** As a gateway sends it; a batch may come more than once. */
async function count(repository: RepositoryFacts, counts: Record<string, number>, day = today, times = 1) {
  const envelope = {
    specversion: '1.0',
    id: randomUUID(),
    source: '/waybill/gateway',
    type: downloadsCounted.type,
    subject: randomUUID(),
    time: new Date().toISOString(),
    datacontenttype: 'application/json',
    aggregateversion: 1,
    data: {
      from: `${day}T00:00:00.000Z`,
      to: `${day}T00:00:05.000Z`,
      downloads: Object.entries(counts).map(([purl, one]) => ({
        repositoryId: repository.repositoryId,
        purl,
        count: one,
      })),
    },
  };
  for (let time = 1; time <= times; time += 1) {
    // Another message id: the bus takes it for another message.
    await jetstream(adapter.operator).publish(eventSubject(downloadsCounted), JSON.stringify(envelope), {
      msgID: randomUUID(),
    });
  }
  await eventually(async () => {
    const sql = 'SELECT FROM counted_batches WHERE event_id = $1';
    if ((await adapter.dataSource.query<unknown[]>(sql, [envelope.id])).length === 0)
      throw new Error('not counted yet');
  });
}

async function get(path: string, principal?: Principal) {
  return adapter.call(path, principal === undefined ? {} : { principal });
}

describe('GET /downloads/point', () => {
  it('counts one package', async () => {
    const answer = await get('/npm/main/downloads/point/last-day/left');
    expect(answer.status).toBe(200);
    expect(answer.json()).toEqual({ downloads: 7, start: today, end: today, package: 'left' });
    const january = await get('/npm/main/downloads/point/2026-01-01:2026-01-31/left');
    expect(january.json()).toEqual({ downloads: 10, start: '2026-01-01', end: '2026-01-31', package: 'left' });
    expect((await get('/npm/main/downloads/point/last-day/right')).json()).toMatchObject({ downloads: 0 });
  });

  it('counts a scoped package under every spelling (I5)', async () => {
    for (const name of ['@acme/scoped', '@acme%2fscoped', '@acme%2Fscoped']) {
      const answer = await get(`/npm/main/downloads/point/last-week/${name}`);
      expect(answer.json()).toMatchObject({ downloads: 5, package: '@acme/scoped' });
    }
  });

  it('counts all of a repository', async () => {
    expect((await get('/npm/main/downloads/point/last-day')).json()).toEqual({
      downloads: 12,
      start: today,
      end: today,
    });
  });

  it('counts several at once, null for what is not there, and up to 128', async () => {
    const answer = await get('/npm/main/downloads/point/last-day/left,right,nothing,__proto__');
    expect(answer.json()).toMatchObject({
      left: { downloads: 7, package: 'left' },
      right: { downloads: 0, package: 'right' },
      nothing: null,
    });
    const many = Array.from({ length: 129 }, (_, index) => `p${index}`).join(',');
    expect((await get(`/npm/main/downloads/point/last-day/${many}`)).status).toBe(413);
    expect((await get('/npm/main/downloads/point/last-day/left,@acme%2fscoped')).status).toBe(400);
  });

  it('refuses what is no period and no name', async () => {
    expect((await get('/npm/main/downloads/point/last-decade/left')).status).toBe(400);
    expect((await get('/npm/main/downloads/point/last-day/Not%20A%20Name')).status).toBe(400);
    expect((await get('/npm/main/downloads/point/last-day/nothing')).json()).toMatchObject({
      error: 'package nothing not found',
    });
  });
});

describe('GET /downloads/range', () => {
  it('has every day of the period', async () => {
    const answer = await get('/npm/main/downloads/range/2026-01-14:2026-01-16/left');
    expect(answer.json()).toEqual({
      start: '2026-01-14',
      end: '2026-01-16',
      package: 'left',
      downloads: [
        { downloads: 0, day: '2026-01-14' },
        { downloads: 10, day: '2026-01-15' },
        { downloads: 0, day: '2026-01-16' },
      ],
    });
    expect((await get('/npm/main/downloads/range/2026-01-15')).json()).toEqual({
      start: '2026-01-15',
      end: '2026-01-15',
      downloads: [{ downloads: 10, day: '2026-01-15' }],
    });
  });
});

describe('GET /versions/:package/last-week', () => {
  it('counts each version', async () => {
    const answer = await get('/npm/main/versions/left/last-week');
    expect(answer.json()).toEqual({ package: 'left', downloads: { '1.0.0': 3, '2.0.0': 4 } });
    expect((await get('/npm/main/versions/nothing/last-week')).status).toBe(404);
  });
});

describe('downloads', () => {
  it('are added once, however often a batch comes, and a release may be in it twice (W10)', async () => {
    const { public: main } = adapter.repositories;
    await publish(main, 'again', '1.0.0');
    await count(main, { 'pkg:npm/again@1.0.0': 2 }, today, 3);
    await count(main, { 'pkg:npm/again@1.0.0': 1 });
    await eventually(async () => {
      const answer = await get('/npm/main/downloads/point/last-day/again');
      expect(answer.json()).toMatchObject({ downloads: 3 });
    });
  });

  it('of a private package in a public repository are in no sum and no list of others (A5, A6)', async () => {
    const { internal: apart } = adapter.repositories;
    await publish(apart, 'shown', '1.0.0');
    await publish(apart, 'quiet', '1.0.0');
    await count(apart, { 'pkg:npm/shown@1.0.0': 2, 'pkg:npm/quiet@1.0.0': 40 });
    const packagePurl = 'pkg:npm/quiet' as PackagePurl;
    const aggregate = packageAggregate(apart.repositoryId, packagePurl);
    const said = { visibility: 'private', archived: false, deleted: false, changedBy: 'user:1' } as const;
    await adapter.emit(packageChanged, { aggregate, version: 3, data: { repository: apart, packagePurl, ...said } });
    const path = `/npm/${apart.slug}/downloads`;
    const stranger = person();
    await eventually(async () => {
      if ((await get(`${path}/point/last-day/quiet`, stranger)).status !== 404) throw new Error('not projected yet');
    });
    const sum = await get(`${path}/point/last-day`, stranger);
    expect(sum.json()).toMatchObject({ downloads: 2 });
    expect(sum.headers['cache-control']).toBe('private, no-cache');
    expect((await get(`${path}/range/${today}`, stranger)).json()).toMatchObject({ downloads: [{ downloads: 2 }] });
    for (const kind of ['point', 'range']) {
      const several = await get(`${path}/${kind}/last-day/shown,quiet,nothing`, stranger);
      expect(several.json()).toMatchObject({ shown: { package: 'shown' }, quiet: null, nothing: null });
    }
    const member = memberOf(apart);
    expect((await get(`${path}/point/last-day`, member)).json()).toMatchObject({ downloads: 42 });
    expect((await get(`${path}/point/last-day/shown,quiet`, member)).json()).toMatchObject({
      shown: { downloads: 2 },
      quiet: { downloads: 40 },
    });
  });

  it('are for those who may read the package (A6)', async () => {
    const paths = ['point/last-day/hidden', 'range/last-day/hidden', 'point/last-day', 'point/last-day/hidden,x'];
    for (const path of paths) {
      expect((await get(`/npm/secret/downloads/${path}`)).status).toBe(401);
      expect((await get(`/npm/secret/downloads/${path}`, person())).status).toBe(404);
    }
    const member = memberOf(adapter.repositories.private);
    const seen = await get('/npm/secret/downloads/point/last-day/hidden', member);
    expect(seen.json()).toMatchObject({ downloads: 7 });
    expect(seen.headers['cache-control']).toBe('private, no-cache');
  });
});
