import { randomUUID } from 'node:crypto';
import { jetstream } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { BlobStore } from '@waybill/blob-storage';
import { createBlobStore } from '@waybill/blob-storage';
import { readConfig } from '@waybill/config';
import type { Artifact, DataOf, EventEnvelope, ReleaseFacts } from '@waybill/contracts';
import { busRoles, eventSubject, releaseQuarantined, reportLeakedTokens, scanCompleted } from '@waybill/contracts';
import { connectBus, provisionBus } from '@waybill/messaging';
import { createLogger } from '@waybill/observability';
import { driftOf, provisionSchemas } from '@waybill/persistence';
import type { RunningService } from '@waybill/service-host';
import { startService } from '@waybill/service-host';
import { eventually, startTestNats, tempDir, testDatabase } from '@waybill/testing';
import { Client } from 'pg';
import { DataSource } from 'typeorm';
import { config as schema } from '../src/config.js';
import { service } from '../src/service.js';

export type ScanResult = EventEnvelope<DataOf<typeof scanCompleted>>;
export type LeakReport = { readonly tokenHashes: readonly string[]; readonly foundIn: string };

/** The scanner as it runs, over a real database, bus and store; the test is `publish` and `auth`. */
export interface RunningScanner {
  readonly operator: NatsConnection;
  readonly store: BlobStore;
  /** What was announced so far, in order. */
  readonly results: readonly ScanResult[];
  /** What auth was asked to revoke so far. */
  readonly leaks: readonly LeakReport[];
  artifact(filename: string, bytes: Buffer): Promise<Artifact>;
  quarantine(artifacts: readonly Artifact[], release?: ReleaseFacts): Promise<ReleaseFacts>;
  resultOf(release: ReleaseFacts): Promise<ScanResult['data']>;
  letAuthAnswer(answers: boolean): void;
  /** Events that the scanner has not acknowledged. */
  unacknowledged(): Promise<number>;
  /** As the database's superuser, so that it works while the service is stopped. */
  query(sql: string): Promise<Record<string, unknown>[]>;
  /** What the entities would still change in the migrated schema. */
  drift(): Promise<string[]>;
  start(environment?: Record<string, string>): Promise<void>;
  stop(): Promise<void>;
  dispose(): Promise<void>;
}

export async function startScanner(): Promise<RunningScanner> {
  const directory = await tempDir('scanner');
  const [database, nats] = await Promise.all([testDatabase(), startTestNats()]);
  const [provisioned] = await provisionSchemas(database.adminUrl, [{ service: 'scanner', password: 'scanner' }]);
  const operator = await connectBus({ url: nats.url, service: 'operator' });
  await provisionBus(operator, busRoles);
  const store = createBlobStore({ driver: 'fs', rootDir: directory.path });
  const results: ScanResult[] = [];
  const leaks: LeakReport[] = [];
  operator.subscribe(eventSubject(scanCompleted), {
    callback: (_error, message) => void results.push(message.json<ScanResult>()),
  });
  // As Nest's transport writes requests and replies.
  let authAnswers = true;
  operator.subscribe(reportLeakedTokens.subject, {
    callback: (_error, message) => {
      const { id, data } = message.json<{ id: string; data: LeakReport }>();
      leaks.push(data);
      const response = { ok: { revoked: data.tokenHashes.length } };
      if (authAnswers) message.respond(JSON.stringify({ id, response, isDisposed: true }));
    },
  });

  async function start(environment: Record<string, string> = {}): Promise<RunningService> {
    const config = readConfig(schema, {
      WAYBILL_NATS_URL: nats.url,
      WAYBILL_DATABASE_URL: provisioned?.url,
      WAYBILL_STORE_DIR: directory.path,
      ...environment,
    });
    return startService(service, config, { log: createLogger({ service: 'scanner', level: 'silent' }) });
  }
  let running: RunningService = await start();

  return {
    operator,
    store,
    results,
    leaks,
    artifact: async (filename, bytes) => {
      const { digest, sizeBytes } = await store.put(bytes);
      const mediaType = 'application/octet-stream';
      return { filename, role: 'tarball', mediaType, sizeBytes, digests: { sha256: digest } };
    },
    quarantine: async (artifacts, release = releaseOf(artifacts)) => {
      const envelope = envelopeOf(release);
      await jetstream(operator).publish(eventSubject(releaseQuarantined), JSON.stringify(envelope));
      return release;
    },
    resultOf: async ({ releaseId }) => {
      const found = () => results.find(({ data }) => data.releaseId === releaseId);
      return (await eventually(() => found() ?? Promise.reject(new Error('not scanned yet')), { timeoutMs: 30_000 }))
        .data;
    },
    unacknowledged: async () => {
      const consumer = await jetstream(operator).consumers.get('EVENTS', 'scanner');
      const { num_ack_pending: given, num_pending: waiting } = await consumer.info();
      return given + waiting;
    },
    letAuthAnswer: (answers) => {
      authAnswers = answers;
    },
    query: async (sql) => {
      const client = new Client({ connectionString: database.adminUrl });
      await client.connect();
      try {
        return (await client.query<Record<string, unknown>>(sql)).rows;
      } finally {
        await client.end();
      }
    },
    start: async (environment) => {
      running = await start(environment);
    },
    drift: () => driftOf(running.app.get(DataSource, { strict: false })),
    stop: () => running.stop(),
    dispose: async () => {
      await running.stop();
      await operator.close();
      await nats.stop();
      await database.drop();
      await directory.dispose();
    },
  };
}

function releaseOf(artifacts: readonly Artifact[]): ReleaseFacts {
  const ids = { repositoryId: randomUUID(), organizationId: randomUUID() };
  return {
    releaseId: randomUUID(),
    repository: { ...ids, slug: 'main', visibility: 'public', kind: 'hosted' },
    purl: 'pkg:npm/a@1.0.0',
    packagePurl: 'pkg:npm/a',
    version: '1.0.0',
    state: 'quarantined',
    artifacts: [...artifacts],
    metadata: { kind: 'inline', json: {} },
    tags: ['latest'],
    publishedBy: { actor: 'user:1', username: 'alice' },
    submittedAt: new Date().toISOString(),
    reasons: [],
  } as unknown as ReleaseFacts;
}

function envelopeOf(release: ReleaseFacts): EventEnvelope {
  return {
    specversion: '1.0',
    id: randomUUID(),
    source: '/waybill/publish',
    type: releaseQuarantined.type,
    subject: release.releaseId,
    time: new Date().toISOString(),
    datacontenttype: 'application/json',
    aggregateversion: 1,
    data: release,
  };
}
