import { createHash, randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { jetstream } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { BlobStore } from '@waybill/blob-storage';
import { createBlobStore } from '@waybill/blob-storage';
import { readConfig } from '@waybill/config';
import type { EventEnvelope, EventType, ReleaseFacts, RepositoryFacts } from '@waybill/contracts';
import { busRoles, eventSubject } from '@waybill/contracts';
import type { Principal, Visibility } from '@waybill/domain';
import { anonymous, digestOf, digestToIntegrity } from '@waybill/domain';
import { EdgeClient } from '@waybill/edge';
import { connectBus, provisionBus } from '@waybill/messaging';
import { createLogger } from '@waybill/observability';
import { provisionSchemas } from '@waybill/persistence';
import { startService } from '@waybill/service-host';
import { startTestNats, tempDir, testDatabase } from '@waybill/testing';
import { DataSource } from 'typeorm';
import { config as schema } from '../src/config.js';
import { parseNpmName, purlOf, releasePurlOf, tarballFilename } from '../src/names/npm-name.js';
import type { PackageJson } from '../src/publish/package-json.js';
import { service } from '../src/service.js';
import { tarballOf } from './tarball.js';

export const externalUrl = 'https://packages.example';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly bytes: Buffer;
  json(): Record<string, unknown>;
}

export interface Call {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly principal?: Principal;
  readonly json?: unknown;
  readonly upload?: string | Buffer;
  readonly externalUrl?: string;
  readonly foreignBearer?: string;
}

/** The adapter as it runs, over a real database, bus and store; facts of `publish` are written to the bus by the test. */
export interface RunningAdapter {
  readonly operator: NatsConnection;
  readonly store: BlobStore;
  readonly dataSource: DataSource;
  readonly app: Awaited<ReturnType<typeof startService>>['app'];
  readonly repositories: Readonly<Record<Visibility, RepositoryFacts>>;
  call(target: string, call?: Call): Promise<Answer>;
  emit(type: EventType, event: { aggregate: string; version: number; data: unknown }): Promise<EventEnvelope>;
  /** A published release of that package.json, its tarball in the store. */
  release(repository: RepositoryFacts, manifest: PackageJson, change?: Partial<ReleaseFacts>): Promise<ReleaseFacts>;
  stop(): Promise<void>;
}

export async function startAdapter(environment: Record<string, string> = {}): Promise<RunningAdapter> {
  const directory = await tempDir('adapter-npm');
  const [database, nats] = await Promise.all([testDatabase(), startTestNats()]);
  const [provisioned] = await provisionSchemas(database.adminUrl, [
    { service: 'adapter-npm', password: 'adapter-npm' },
  ]);
  const operator = await connectBus({ url: nats.url, service: 'operator' });
  await provisionBus(operator, busRoles);
  const config = readConfig(schema, {
    WAYBILL_NATS_URL: nats.url,
    WAYBILL_DATABASE_URL: provisioned?.url,
    WAYBILL_STORE_DIR: directory.path,
    WAYBILL_EXTERNAL_URL: externalUrl,
    WAYBILL_NPM_KEY_SECRET: 'the secret of the tests, long enough',
    ...environment,
  });
  const running = await startService(service, config, {
    log: createLogger({ service: 'adapter-npm', level: 'silent' }),
  });
  const store = createBlobStore({ driver: 'fs', rootDir: directory.path });
  const edge = new EdgeClient(operator, store);
  const emit = emitter(operator);
  const adapter: RunningAdapter = {
    operator,
    store,
    dataSource: running.app.get(DataSource, { strict: false }),
    app: running.app,
    repositories: {
      public: repository('main', 'public'),
      internal: repository('internal', 'internal'),
      private: repository('secret', 'private'),
      unlisted: repository('unlisted', 'unlisted'),
    },
    emit,
    release: (facts, manifest, change) => makeRelease(store, facts, manifest, change),
    call: async (target, call = {}) => {
      const body = call.json === undefined ? undefined : Buffer.from(JSON.stringify(call.json));
      const staged =
        call.upload === undefined
          ? undefined
          : await store.stage(Readable.from([Buffer.from(call.upload)]), { maxBytes: 64 * 1024 * 1024 });
      const sent = staged ?? body;
      const reply = await edge.send('adapter-npm', {
        method: call.method ?? 'GET',
        target,
        headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...call.headers },
        principal: call.principal ?? anonymous,
        ...(sent === undefined ? {} : { body: sent }),
        externalUrl: call.externalUrl ?? externalUrl,
        ...(call.foreignBearer === undefined ? {} : { foreignBearer: call.foreignBearer }),
        clientAddress: '192.0.2.7',
        requestId: randomUUID(),
        timeoutMs: 15_000,
      });
      const bytes = await edge.read(reply);
      const blob = reply.body.kind === 'blob' ? reply.body.blob : undefined;
      const headers = {
        ...reply.headers,
        ...(blob === undefined ? {} : { 'content-type': blob.mediaType, etag: blob.etag, ...blob.headers }),
      };
      return {
        status: reply.status,
        headers,
        bytes,
        json: () => JSON.parse(bytes.toString()) as Record<string, unknown>,
      };
    },
    stop: async () => {
      await running.stop();
      await operator.close();
      await nats.stop();
      await database.drop();
      await directory.dispose();
    },
  };
  return adapter;
}

function repository(slug: string, visibility: Visibility): RepositoryFacts {
  const ids = { repositoryId: randomUUID(), organizationId: randomUUID() } as Pick<
    RepositoryFacts,
    'repositoryId' | 'organizationId'
  >;
  return { ...ids, slug, visibility, kind: 'hosted' };
}

function emitter(operator: NatsConnection): RunningAdapter['emit'] {
  return async (type, { aggregate, version, data }) => {
    const envelope: EventEnvelope = {
      specversion: '1.0',
      id: randomUUID(),
      source: '/waybill/publish',
      type: type.type,
      subject: aggregate,
      time: new Date().toISOString(),
      datacontenttype: 'application/json',
      aggregateversion: version,
      data,
    };
    await jetstream(operator).publish(eventSubject(type), JSON.stringify(envelope), { msgID: envelope.id });
    return envelope;
  };
}

async function makeRelease(
  store: BlobStore,
  facts: RepositoryFacts,
  manifest: PackageJson,
  change: Partial<ReleaseFacts> = {},
): Promise<ReleaseFacts> {
  const name = parseNpmName(String(manifest['name']));
  const version = String(manifest['version']);
  const tarball = await tarballOf({ 'package.json': JSON.stringify(manifest) });
  const { digest, sizeBytes } = await store.put(tarball);
  const sha512 = digestOf('sha512', createHash('sha512').update(tarball).digest('hex'));
  const shasum = createHash('sha1').update(tarball).digest('hex');
  const now = new Date().toISOString();
  return {
    releaseId: randomUUID() as ReleaseFacts['releaseId'],
    repository: facts,
    purl: releasePurlOf(name, version),
    packagePurl: purlOf(name),
    version,
    state: 'published',
    artifacts: [
      {
        filename: tarballFilename(name, version),
        role: 'tarball',
        mediaType: 'application/octet-stream',
        sizeBytes,
        digests: { sha256: digest, sha512 },
      },
    ],
    metadata: {
      kind: 'inline',
      json: {
        manifest,
        facts: {
          integrity: digestToIntegrity(sha512),
          shasum,
          fileCount: 1,
          unpackedBytes: 100,
          hasInstallScript: false,
          hasShrinkwrap: false,
          hasBindingGyp: false,
        },
      },
    },
    tags: [],
    publishedBy: { actor: 'user:1', username: 'alice', userId: null },
    summary: {},
    submittedAt: now,
    settledAt: now,
    trustedPublisher: null,
    provenance: null,
    sourceVerified: null,
    approvals: [],
    reasons: [],
    ...change,
  };
}
