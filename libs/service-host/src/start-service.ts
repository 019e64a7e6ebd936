import 'reflect-metadata';
import type { NatsConnection } from '@nats-io/transport-node';
import type { NestApplicationOptions } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { BlobStore } from '@waybill/blob-storage';
import { createBlobStore } from '@waybill/blob-storage';
import type { Secret } from '@waybill/config';
import { DomainError } from '@waybill/domain';
import { EdgeBridge, describeEdge, edgeFastifyAdapter, GatewayNews, problemDialect } from '@waybill/edge';
import { connectBus, SharedServerNats } from '@waybill/messaging';
import type { Logger } from '@waybill/observability';
import { createLogger, createMetrics } from '@waybill/observability';
import { dataSourceOptions, migrate } from '@waybill/persistence';
import { DataSource } from 'typeorm';
import type { z } from 'zod';
import { blobStoreConfigOf, type StoreConfig } from './blob-store-config.js';
import type { HealthServer, ReadinessCheck } from './health-server.js';
import { startHealthServer } from './health-server.js';
import { HostModule, type HostParts } from './host.module.js';
import { NestLogger } from './nest-logger.js';
import type { HostedConfig, ServiceDefinition } from './service-definition.js';

export interface RunningService {
  readonly name: string;
  readonly healthPort: number;
  readonly app: NestFastifyApplication;
  /** Takes nothing new, finishes what is in work, lets go of everything. */
  stop(): Promise<void>;
}

/**
 * Starts one service: bus, store, database (migrated), Nest application, requests of other services, edge, health. What
 * was started is stopped again when a later step fails. Errors: `unavailable`, `invalid`.
 */
export async function startService<Schema extends z.ZodObject>(
  definition: ServiceDefinition<Schema>,
  config: z.infer<Schema> & HostedConfig,
  options: { readonly log?: Logger } = {},
): Promise<RunningService> {
  const undo: (() => Promise<void>)[] = [];
  try {
    return await start(definition, config, options.log, undo);
  } catch (error) {
    await undoAll(undo);
    throw error;
  }
}

async function start(
  definition: ServiceDefinition,
  config: HostedConfig & Record<string, unknown>,
  givenLog: Logger | undefined,
  undo: (() => Promise<void>)[],
): Promise<RunningService> {
  const { name } = definition;
  const log = givenLog ?? createLogger({ service: name, level: config.WAYBILL_LOG_LEVEL });
  const metrics = createMetrics(name);
  const storeConfig = blobStoreConfigOf(config as StoreConfig);
  const store = storeConfig === undefined ? undefined : createBlobStore(storeConfig);
  await store?.health();
  const connection = await connectBus(busAddressOf(name, config), log);
  undo.push(async () => {
    if (!connection.isClosed()) await connection.drain();
  });
  const dataSource = await openDatabase(definition, config);
  if (dataSource !== undefined) undo.push(() => dataSource.destroy());
  const news = new GatewayNews(connection, name);
  const parts = { definition, config, connection, news, store, storeConfig, dataSource, log, metrics };
  const app = await makeApplication(parts);
  undo.push(() => app.close());
  app.connectMicroservice({ strategy: new SharedServerNats(connection, name) });
  await app.startAllMicroservices();
  await app.init();
  if (definition.edge !== undefined) {
    news.start();
    undo.push(() => {
      news.stop();
      return Promise.resolve();
    });
    undo.push(await openEdge(definition, app, connection, store, log));
  }
  const health = await startHealthServer({
    host: config.WAYBILL_HEALTH_HOST,
    port: config.WAYBILL_HEALTH_PORT,
    checks: readinessChecks(connection, store, dataSource),
    metrics,
  });
  undo.push(() => health.close());
  log.info({ 'health.port': health.port }, 'The service is ready.');
  return { name, healthPort: health.port, app, stop: () => stop(undo, health, log) };
}

/** The schema of the service, migrated. */
async function openDatabase(
  definition: ServiceDefinition,
  config: Record<string, unknown>,
): Promise<DataSource | undefined> {
  if (definition.database === undefined) return undefined;
  const { WAYBILL_DATABASE_URL: url, WAYBILL_DATABASE_POOL: max } = config as {
    WAYBILL_DATABASE_URL: Secret;
    WAYBILL_DATABASE_POOL: number;
  };
  const options = dataSourceOptions(definition.database, url.reveal(), { max, applicationName: definition.name });
  const dataSource = await new DataSource(options).initialize().catch((error: unknown) => {
    throw new DomainError('unavailable', 'database.unreachable', 'The database cannot be reached.', { cause: error });
  });
  try {
    await migrate(dataSource);
    return dataSource;
  } catch (error) {
    await dataSource.destroy();
    throw error;
  }
}

async function makeApplication(parts: HostParts): Promise<NestFastifyApplication> {
  const { edge } = parts.definition;
  const adapter = edgeFastifyAdapter(
    edge?.dialect ?? problemDialect,
    edge?.canonicalTarget === undefined ? {} : { canonicalTarget: edge.canonicalTarget },
  );
  const options: NestApplicationOptions = { logger: new NestLogger(parts.log), abortOnError: false };
  return NestFactory.create<NestFastifyApplication>(HostModule.around(parts), adapter, options);
}

async function openEdge(
  definition: ServiceDefinition,
  app: NestFastifyApplication,
  connection: NatsConnection,
  store: BlobStore | undefined,
  log: Logger,
): Promise<() => Promise<void>> {
  if (definition.edge === undefined || store === undefined) {
    throw new DomainError('internal', 'service.no-store', 'A service behind the gateway needs an object store.');
  }
  const bridge = await EdgeBridge.start({
    app,
    connection,
    store,
    description: describeEdge(app, definition.name, definition.edge),
    onError: (error, requestId) => log.error({ err: error, 'request.id': requestId }, 'A request failed.'),
  });
  return () => bridge.drain();
}

function readinessChecks(
  connection: NatsConnection,
  store: BlobStore | undefined,
  dataSource: DataSource | undefined,
): ReadinessCheck[] {
  return [
    { name: 'bus', check: () => connection.flush() },
    ...(store === undefined ? [] : [{ name: 'store', check: () => store.health() }]),
    ...(dataSource === undefined ? [] : [{ name: 'database', check: () => answers(dataSource) }]),
  ];
}

function busAddressOf(service: string, config: HostedConfig & Record<string, unknown>) {
  const { WAYBILL_NATS_USER: user, WAYBILL_NATS_PASSWORD: password } = config as {
    WAYBILL_NATS_USER?: string;
    WAYBILL_NATS_PASSWORD?: { reveal(): string };
  };
  return { url: config.WAYBILL_NATS_URL, service, user, password: password?.reveal() };
}

async function stop(undo: (() => Promise<void>)[], health: HealthServer, log: Logger): Promise<void> {
  health.startDraining();
  const failures = await undoAll(undo);
  for (const error of failures) log.warn({ err: error }, 'Something did not stop as it should.');
  log.info('The service has stopped.');
}

async function undoAll(undo: (() => Promise<void>)[]): Promise<unknown[]> {
  const failures: unknown[] = [];
  for (const step of undo.splice(0).reverse()) await step().catch((error: unknown) => failures.push(error));
  return failures;
}

async function answers(dataSource: DataSource): Promise<void> {
  await dataSource.query('SELECT 1');
}
