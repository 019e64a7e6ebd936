import { Readable } from 'node:stream';
import type { BlobStore } from '@waybill/blob-storage';
import { deprecateReleases, moveTag, submitRelease, withdrawReleases } from '@waybill/contracts';
import { digestOf, DomainError } from '@waybill/domain';
import { BLOB_STORE } from '@waybill/service-host';
import { eventually } from '@waybill/testing';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { PublishEnvironment } from './publish-environment.js';
import { publishEnvironment } from './publish-environment.js';
import { type RunningPublish, startPublish, type SubmitRequest } from './running-publish.js';

const started = new AsyncDisposableStack();
let environment: PublishEnvironment;
let publish: RunningPublish;
/** The one that `publish` itself uses. */
let store: BlobStore;

beforeAll(async () => {
  environment = await publishEnvironment();
  started.defer(() => environment.dispose());
  publish = await startPublish(environment);
  started.defer(() => publish.stop());
  store = publish.app.get<BlobStore>(BLOB_STORE, { strict: false });
});

afterEach(() => {
  vi.restoreAllMocks();
});

afterAll(async () => {
  await started.disposeAsync();
});

async function traces({ purl }: SubmitRequest): Promise<unknown[]> {
  const events = await publish.query(`SELECT type FROM outbox WHERE envelope->'data'->>'purl' = $1`, [purl]);
  return [...(await publish.query('SELECT release_id FROM releases WHERE purl = $1', [purl])), ...events];
}

async function wish(name: string): Promise<SubmitRequest> {
  return publish.submission({ repository: await publish.repository(), name, bytes: name });
}

/** The same submission is taken once the fault is over. */
async function recovers(request: SubmitRequest): Promise<void> {
  const { release, joined } = await eventually(() => publish.ask(submitRelease, request), { timeoutMs: 20_000 });
  expect(joined).toBe(false);
  expect((await publish.scan(release)).state).toBe('published');
}

describe('a store that lies', () => {
  it('about what was staged is found out, and nothing is recorded (I7)', async () => {
    const request = await wish('lies-about-staged');
    const spy = vi.spyOn(store, 'openStaged').mockResolvedValue(Readable.from([Buffer.from('something else')]));
    await expect(publish.ask(submitRelease, request)).rejects.toMatchObject({ code: 'artifact.digest-mismatch' });
    expect(await traces(request)).toEqual([]);
    spy.mockRestore();
    await recovers(request);
  });

  it('about the digest under which it keeps the bytes is found out (I7)', async () => {
    const request = await wish('lies-about-digest');
    const digest = digestOf('sha256', '0'.repeat(64));
    const spy = vi
      .spyOn(store, 'promote')
      .mockResolvedValue({ digest, sizeBytes: request.artifacts[0]?.sizeBytes ?? 0 });
    await expect(publish.ask(submitRelease, request)).rejects.toMatchObject({ code: 'artifact.stored-otherwise' });
    expect(await traces(request)).toEqual([]);
    spy.mockRestore();
    await recovers(request);
  });

  it('about bytes that it claims to have already is found out (I7)', async () => {
    const request = await wish('lies-about-stored');
    const [artifact] = request.artifacts;
    const missing = new DomainError('not-found', 'blob.staged-missing', 'gone');
    const spies = [
      vi.spyOn(store, 'openStaged').mockRejectedValue(missing),
      vi.spyOn(store, 'stat').mockResolvedValue({ sizeBytes: artifact?.sizeBytes ?? 0, lastTouchedAt: new Date() }),
      vi.spyOn(store, 'open').mockResolvedValue(Readable.from([Buffer.from('something else')])),
    ];
    await expect(publish.ask(submitRelease, request)).rejects.toMatchObject({ code: 'artifact.digest-mismatch' });
    expect(await traces(request)).toEqual([]);
    for (const spy of spies) spy.mockRestore();
    await recovers(request);
  });
});

describe('a store without space', () => {
  it('is unavailable, with a time after which to try again, and the publish succeeds then', async () => {
    const request = await wish('full');
    const full = new DomainError('unavailable', 'store.full', 'The object store has no space left.', {
      retryAfterSeconds: 5,
    });
    const spy = vi.spyOn(store, 'promote').mockRejectedValue(full);
    await expect(publish.ask(submitRelease, request)).rejects.toMatchObject({
      kind: 'unavailable',
      code: 'store.full',
      retryAfterSeconds: 5,
    });
    expect(await traces(request)).toEqual([]);
    spy.mockRestore();
    await recovers(request);
  });

  it('in the middle of many files takes none of them', async () => {
    const request = await wish('half-full');
    const parts = await Promise.all(['a', 'b', 'c', 'd'].map((name) => wish(`half-full-${name}`)));
    const many = { ...request, artifacts: parts.flatMap(({ artifacts }) => artifacts) };
    const promote = store.promote.bind(store);
    let left = 2;
    const spy = vi.spyOn(store, 'promote').mockImplementation((staged) => {
      left -= 1;
      if (left < 0) throw new DomainError('unavailable', 'store.full', 'The object store has no space left.');
      return promote(staged);
    });
    await expect(publish.ask(submitRelease, many)).rejects.toMatchObject({ kind: 'unavailable' });
    expect(await traces(many)).toEqual([]);
    spy.mockRestore();
    await recovers(many);
  });
});

describe('a database that only reads', () => {
  it('is unavailable for every change, nothing is half-written, and all goes on when it writes again', async () => {
    const request = await wish('read-only');
    const repository = await publish.repository();
    const release = await publish.published({ repository, tags: ['latest'] });
    const { packagePurl, version } = release;
    const waiting = (await publish.submit({ repository, version: '2.0.0', bytes: 'waits' })).release;
    const on = { principal: publish.owner, repositoryId: repository.repositoryId, packagePurl };
    await readOnly(true);
    const changes = [
      publish.ask(submitRelease, request),
      publish.ask(moveTag, { ...on, tag: 'next', version }),
      publish.ask(deprecateReleases, { ...on, messages: { [version]: 'old' }, requestId: 'test' }),
      publish.ask(withdrawReleases, { ...on, versions: 'all', tags: {}, requestId: 'test' }),
    ];
    for (const outcome of await Promise.allSettled(changes)) {
      expect(outcome).toMatchObject({
        status: 'rejected',
        reason: { kind: 'unavailable', code: 'database.unavailable', retryAfterSeconds: 5 },
      });
    }
    expect(await traces(request)).toEqual([]);
    expect((await publish.release(release)).state).toBe('published');
    await publish.emitScan(waiting);
    await readOnly(false);
    await recovers(request);
    expect(await publish.settled(waiting)).toBe('published');
  });
});

/** For the role of publish, whose connections begin anew; those that a statement meets in that moment are no matter here. */
async function readOnly(on: boolean): Promise<void> {
  const admin = new Client({ connectionString: environment.adminUrl });
  await admin.connect();
  try {
    const { rows } = await admin.query<{ usename: string }>(
      `SELECT DISTINCT usename FROM pg_stat_activity WHERE datname = current_database() AND usename <> current_user`,
    );
    const [role] = rows;
    if (role === undefined) throw new Error('publish has no connection.');
    await admin.query(
      `ALTER ROLE "${role.usename}" IN DATABASE "${admin.database ?? ''}" SET default_transaction_read_only = ${on ? 'on' : 'off'}`,
    );
    await admin.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND usename <> current_user`,
    );
  } finally {
    await admin.end();
  }
  await eventually(async () => {
    const [row] = await publish.query('SHOW default_transaction_read_only');
    expect(row).toEqual({ default_transaction_read_only: on ? 'on' : 'off' });
  });
}
