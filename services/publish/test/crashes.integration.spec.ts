import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { jetstream } from '@nats-io/jetstream';
import type { EventEnvelope } from '@waybill/contracts';
import { eventStream, releasePublished, releaseQuarantined, submitRelease } from '@waybill/contracts';
import { eventually } from '@waybill/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CrashPoint, crashPoints, type CrashTask } from './crash-points.js';
import type { PublishEnvironment } from './publish-environment.js';
import { publishEnvironment } from './publish-environment.js';
import { type RunningPublish, startPublish, type SubmitRequest } from './running-publish.js';

const workers = join(import.meta.dirname, 'workers');

const started = new AsyncDisposableStack();
let environment: PublishEnvironment;
let publish: RunningPublish;
const requests = new Map<CrashPoint, SubmitRequest>();

/** Resolves to the signal that ended the process, or its exit code. */
async function crashAt(task: CrashTask): Promise<unknown> {
  const child = spawn(
    process.execPath,
    [
      '--conditions=waybill-source',
      '--import',
      join(workers, 'decorated-sources.ts'),
      join(workers, 'crashing-publish.ts'),
      JSON.stringify(task),
    ],
    { stdio: ['ignore', 'inherit', 'inherit'], timeout: 120_000, killSignal: 'SIGTERM' },
  );
  const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  return signal ?? code;
}

function requestOf(point: CrashPoint): SubmitRequest {
  const request = requests.get(point);
  if (request === undefined) throw new Error('Nothing was submitted.');
  return request;
}

/** All that is in the stream about one package: it has each event once, however often it was sent. */
async function streamed(aggregate: string): Promise<EventEnvelope[]> {
  const consumer = await jetstream(environment.operator).consumers.get(eventStream);
  const events: EventEnvelope[] = [];
  const { num_pending: pending } = await consumer.info();
  if (pending === 0) return [];
  for await (const message of await consumer.fetch({ max_messages: pending, expires: 5000 })) {
    const event = message.json<EventEnvelope>();
    if (event.subject === aggregate) events.push(event);
  }
  return events;
}

beforeAll(async () => {
  environment = await publishEnvironment();
  started.defer(() => environment.dispose());
  const before = await startPublish(environment);
  const repository = await before.repository();
  for (const [index, point] of crashPoints.entries()) {
    requests.set(
      point,
      await before.submission({ repository, name: `crash-${index}`, bytes: point.name, tags: ['latest'] }),
    );
  }
  await before.stop();
  const { variables } = environment;
  for (const [point, request] of requests) {
    const ended = await crashAt({ variables, pointName: point.name, request });
    if (ended !== 'SIGKILL') throw new Error(`Nothing died at: ${point.name} (${String(ended)}).`);
  }
  publish = await startPublish(environment);
  started.defer(() => publish.stop());
}, 600_000);

afterAll(async () => {
  await started.disposeAsync();
});

describe.each(crashPoints)('a publish whose process was killed $name', (point) => {
  it('is not half there: its bytes are, staged or stored, and a release with all of them or none', async () => {
    const { purl, artifacts } = requestOf(point);
    const rows = await publish.query(
      `SELECT (SELECT count(*)::integer FROM artifacts a WHERE a.release_id = r.release_id) AS artifacts,
              (SELECT count(*)::integer FROM outbox o WHERE o.aggregate LIKE '%/' || p.purl) > 0 AS told
         FROM releases r JOIN packages p USING (package_id) WHERE r.purl = $1`,
      [purl],
    );
    expect(rows).toEqual(point.isRecorded ? [{ artifacts: 1, told: true }] : []);
    for (const { stagedKey, digests } of artifacts) {
      const key = stagedKey as Parameters<typeof publish.store.statStaged>[0];
      const found = (await publish.store.statStaged(key)) ?? (await publish.store.stat(digests.sha256));
      expect(found).toBeDefined();
    }
  });

  it('succeeds when it comes again, and is one release that everybody hears of once and in order', async () => {
    const request = requestOf(point);
    const { release, joined } = await publish.ask(submitRelease, request);
    expect(joined).toBe(point.isRecorded);
    const settled = await publish.scan(release);
    expect(settled.state).toBe('published');

    const aggregate = `${request.repositoryId}/${release.packagePurl}`;
    const logged = (await publish.replay()).filter((event) => event.subject === aggregate);
    expect(logged.map((event) => event.aggregateversion)).toEqual(logged.map((_, index) => index + 1));
    const ofRelease = logged.map((event) => event.type).filter((type) => type.startsWith('publish.release.'));
    expect(ofRelease).toEqual([releaseQuarantined.type, releasePublished.type]);
    expect(
      await publish.query('SELECT tags.version FROM tags JOIN packages USING (package_id) WHERE purl = $1', [
        release.packagePurl,
      ]),
    ).toEqual([{ version: release.version }]);
    await eventually(async () =>
      expect((await streamed(aggregate)).map(({ id }) => id)).toEqual(logged.map(({ id }) => id)),
    );
    expect(await publish.query('SELECT state FROM releases WHERE purl = $1', [request.purl])).toEqual([
      { state: 'published' },
    ]);
  });
});
