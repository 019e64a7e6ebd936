import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { jetstream } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { BlobStore } from '@waybill/blob-storage';
import { createBlobStore } from '@waybill/blob-storage';
import { readConfig } from '@waybill/config';
import type { EventEnvelope, EventType, RepositoryFacts } from '@waybill/contracts';
import { busRoles, eventSubject } from '@waybill/contracts';
import type { BusRole } from '@waybill/contracts';
import type { Principal, Visibility } from '@waybill/domain';
import { anonymous } from '@waybill/domain';
import { EdgeClient } from '@waybill/edge';
import { connectBus, provisionBus } from '@waybill/messaging';
import { createLogger } from '@waybill/observability';
import { provisionSchemas } from '@waybill/persistence';
import type { ServiceDefinition } from '@waybill/service-host';
import { startService } from '@waybill/service-host';
import { startTestNats, tempDir, testDatabase } from '@waybill/testing';
import { DataSource } from 'typeorm';

/** What clients take the installation for. */
export const externalUrl = 'https://packages.example';

const maxUploadBytes = 64 * 1024 * 1024;

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
  readonly requestId?: string;
}

/** An adapter as it runs, over a real database, bus and store; facts of `publish` are written to the bus by the test. */
export interface RunningAdapter {
  readonly operator: NatsConnection;
  readonly store: BlobStore;
  readonly dataSource: DataSource;
  readonly app: Awaited<ReturnType<typeof startService>>['app'];
  readonly role: BusRole;
  readonly repositories: Readonly<Record<Visibility, RepositoryFacts>>;
  call(target: string, call?: Call): Promise<Answer>;
  emit(type: EventType, event: { aggregate: string; version: number; data: unknown }): Promise<EventEnvelope>;
  stop(): Promise<void>;
}

export interface AdapterToRun {
  readonly service: ServiceDefinition;
  readonly environment?: Readonly<Record<string, string>>;
  /** Its role on the bus, where the topology does not have it yet. */
  readonly role?: BusRole;
}

/** Needs the servers of the project `integration`. */
export async function startAdapter({ service, environment = {}, role }: AdapterToRun): Promise<RunningAdapter> {
  const { name } = service;
  const roles = role === undefined ? busRoles : [...busRoles.filter((known) => known.service !== name), role];
  const directory = await tempDir(name);
  const [database, nats] = await Promise.all([testDatabase(), startTestNats()]);
  const [provisioned] = await provisionSchemas(database.adminUrl, [{ service: name, password: name }]);
  const operator = await connectBus({ url: nats.url, service: 'operator' });
  await provisionBus(operator, roles);
  const known: Record<string, string | undefined> = {
    WAYBILL_NATS_URL: nats.url,
    WAYBILL_DATABASE_URL: provisioned?.url,
    WAYBILL_STORE_DIR: directory.path,
    WAYBILL_EXTERNAL_URL: externalUrl,
    ...environment,
  };
  const keys = Object.keys(service.config.shape);
  const config = readConfig(service.config, Object.fromEntries(keys.map((key) => [key, known[key]])));
  const running = await startService(service, config as never, {
    log: createLogger({ service: name, level: 'silent' }),
  });
  const store = createBlobStore({ driver: 'fs', rootDir: directory.path });
  const ofService = roles.find((one) => one.service === name);
  if (ofService === undefined) throw new Error(`${name} has no role on the bus.`);
  return {
    operator,
    store,
    dataSource: running.app.get(DataSource, { strict: false }),
    app: running.app,
    role: ofService,
    repositories: {
      public: repository('main', 'public'),
      internal: repository('internal', 'internal'),
      private: repository('secret', 'private'),
      unlisted: repository('unlisted', 'unlisted'),
    },
    emit: emitter(operator),
    call: caller(name, new EdgeClient(operator, store), store),
    stop: async () => {
      await running.stop();
      await operator.close();
      await nats.stop();
      await database.drop();
      await directory.dispose();
    },
  };
}

/** A repository that `publish` could have announced. */
export function repository(slug: string, visibility: Visibility): RepositoryFacts {
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

function caller(service: string, edge: EdgeClient, store: BlobStore): RunningAdapter['call'] {
  return async (target, call = {}) => {
    const body = call.json === undefined ? undefined : Buffer.from(JSON.stringify(call.json));
    const staged =
      call.upload === undefined
        ? undefined
        : await store.stage(Readable.from([Buffer.from(call.upload)]), { maxBytes: maxUploadBytes });
    const sent = staged ?? body;
    const reply = await edge.send(service, {
      method: call.method ?? 'GET',
      target,
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...call.headers },
      principal: call.principal ?? anonymous,
      ...(sent === undefined ? {} : { body: sent }),
      externalUrl: call.externalUrl ?? externalUrl,
      ...(call.foreignBearer === undefined ? {} : { foreignBearer: call.foreignBearer }),
      clientAddress: '192.0.2.7',
      requestId: call.requestId ?? randomUUID(),
      timeoutMs: 15_000,
    });
    const bytes = await edge.read(reply);
    const blob = reply.body.kind === 'blob' ? reply.body.blob : undefined;
    const ofBlob = blob === undefined ? {} : headersOf(blob);
    return {
      status: reply.status,
      headers: { ...reply.headers, ...ofBlob },
      bytes,
      json: () => JSON.parse(bytes.toString()) as Record<string, unknown>,
    };
  };
}

/** What the gateway makes of a reference. */
function headersOf(blob: {
  readonly mediaType: string;
  readonly digest: string;
  readonly etag?: string;
  readonly cacheControl?: string;
  readonly headers?: Readonly<Record<string, string>>;
}): Record<string, string | undefined> {
  const { mediaType, etag, cacheControl, headers } = blob;
  return {
    'content-type': mediaType,
    etag: etag ?? `"${blob.digest}"`,
    ...(cacheControl === undefined ? {} : { 'cache-control': cacheControl }),
    ...headers,
  };
}
