import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jetstream } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { FileBlobStore, type BlobStore } from '@waybill/blob-storage';
import type { Principal, TokenHash } from '@waybill/domain';
import { DomainError } from '@waybill/domain';
import { EdgeClient, EdgeDirectory } from '@waybill/edge';
import { createLogger, createMetrics, lineWriterOf, type Metrics } from '@waybill/observability';
import { startTestNats } from '@waybill/testing';
import { BusPulse } from '../src/edge-cache/bus-pulse.js';
import { CacheMeter } from '../src/edge-cache/cache-meter.js';
import { defaultCacheLimits, EdgeCache, type CacheLimits } from '../src/edge-cache/edge-cache.js';
import { listenForPurges } from '../src/edge-cache/purge.listener.js';
import { ReadThrough } from '../src/edge-cache/read-through.js';
import { listenForChangedCredentials } from '../src/credentials/credentials-changed.listener.js';
import { PrincipalCache, type Introspection } from '../src/credentials/principal-cache.js';
import { ConnectionsPerAddress } from '../src/limits/connections-per-address.js';
import { defaultLimits, type ListenerLimits } from '../src/limits/listener-limits.js';
import { defaultRateLimits, RateLimits, type RateLimitSettings } from '../src/limits/rate-limits.js';
import { DownloadCounts } from '../src/download-counts/download-counts.js';
import { trustedProxies } from '../src/limits/trusted-proxies.js';
import { BufferedRequestLog } from '../src/listener/request-log.js';
import { EdgeListener } from '../src/listener/edge-listener.js';
import { installationUrlFor } from '../src/listener/external-url.js';
import { meterOf } from '../src/listener/request-meter.js';
import { RequestHandler } from '../src/listener/request-handler.js';

/** `auth`, as far as the gateway asks it. */
export class FakeAuth {
  readonly principals = new Map<TokenHash, Principal>();
  isDown = false;
  asked = 0;

  introspect(hash: TokenHash): Promise<Introspection> {
    this.asked += 1;
    if (this.isDown) return Promise.reject(new DomainError('unavailable', 'service.unavailable', 'auth is away'));
    return Promise.resolve({ principal: this.principals.get(hash) ?? null, expiresAt: null });
  }
}

interface GatewayVariant {
  readonly rates?: Partial<RateLimitSettings>;
  /** Proxies whose word counts. */
  readonly trusted?: readonly string[];
  readonly configuredUrl?: string;
  readonly cache?: Partial<CacheLimits>;
  /** Clock of the edge cache. */
  readonly cacheNow?: () => number;
  /** How long it is known who a token belongs to; 0 unless given, so that a test that takes `auth` away sees the grace. */
  readonly principalsFreshMs?: number;
  /** How to reach that bus, when not directly. */
  readonly busUrl?: string;
  /** Another gateway's bus and store, to be one of several. */
  readonly beside?: RunningGateway;
  /** Clock of the rate limits. */
  readonly now?: () => number;
}

export interface RunningGateway {
  readonly url: string;
  readonly port: number;
  readonly auth: FakeAuth;
  readonly store: BlobStore;
  readonly connection: NatsConnection;
  readonly principals: PrincipalCache;
  readonly listener: EdgeListener;
  readonly directory: EdgeDirectory;
  /** Not started: a test asks for its reports. */
  readonly downloads: DownloadCounts;
  readonly natsUrl: string;
  readonly rootDir: string;
  /** The lines of its log, as they would be written. */
  readonly cache: EdgeCache;
  readonly meter: CacheMeter;
  readonly logged: Record<string, unknown>[];
  readonly metrics: Metrics;
  /** How many files the store holds under its staging directories. */
  stagedFiles(): Promise<number>;
  stop(): Promise<void>;
}

export async function startGateway(
  limits: Partial<ListenerLimits> = {},
  variant: GatewayVariant = {},
): Promise<RunningGateway> {
  const { rates = {}, trusted = [], configuredUrl, now, beside, cacheNow } = variant;
  const nats = beside === undefined ? await startTestNats() : undefined;
  const natsUrl = nats?.url ?? beside?.natsUrl ?? '';
  const connection = await connect({
    servers: variant.busUrl ?? natsUrl,
    noAsyncTraces: true,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 50,
  });
  const rootDir = beside?.rootDir ?? (await mkdtemp(join(tmpdir(), 'waybill-gateway-')));
  const store = new FileBlobStore({ rootDir });
  const auth = beside?.auth ?? new FakeAuth();
  const principals = new PrincipalCache({
    introspect: ({ hash }) => auth.introspect(hash),
    freshMs: variant.principalsFreshMs ?? 0,
  });
  const directory = new EdgeDirectory(connection);
  await directory.start();
  const logged: Record<string, unknown>[] = [];
  const log = createLogger({
    service: 'gateway',
    destination: {
      write: (lines) => {
        for (const line of lines.trimEnd().split('\n')) logged.push(JSON.parse(line) as Record<string, unknown>);
      },
    },
  });
  const requests = new BufferedRequestLog({ service: 'gateway', mode: 'all', write: lineWriterOf(log) });
  const metrics = createMetrics('gateway');
  let externalUrl = '';
  const allLimits = { ...defaultLimits, ...limits };
  const proxies = trustedProxies(trusted);
  const stream = jetstream(connection);
  const downloads = new DownloadCounts({
    publish: (subject, text, options) => stream.publish(subject, text, options),
    log,
  });
  const cache = new EdgeCache(directory, { ...defaultCacheLimits, ...variant.cache }, cacheNow);
  const meter = new CacheMeter();
  const pulse = new BusPulse(connection, () => {
    cache.forgetAnswers();
    principals.doubtAll();
  });
  listenForPurges(connection, cache, pulse.gatewayId);
  listenForChangedCredentials(connection, principals, pulse.gatewayId);
  await pulse.start();
  const handler = new RequestHandler({
    cache,
    reads: new ReadThrough({ cache, pulse, meter, store }),
    requests,
    client: new EdgeClient(connection, store),
    directory,
    principals,
    store,
    log,
    meter: meterOf(metrics),
    limits: allLimits,
    rates: new RateLimits({ ...defaultRateLimits, ...rates }, now === undefined ? {} : { now }),
    downloads,
    clientAddressOf: proxies.clientAddressOf,
    externalUrlOf: installationUrlFor(proxies, configuredUrl, () => configuredUrl ?? externalUrl),
  });
  const listener = new EdgeListener(
    handler,
    allLimits,
    new ConnectionsPerAddress(allLimits.maxConnectionsPerAddress, proxies.isProxy),
  );
  const port = await listener.listen({ host: '127.0.0.1', port: 0 });
  externalUrl = `http://127.0.0.1:${String(port)}`;
  return {
    url: externalUrl,
    port,
    auth,
    store,
    connection,
    principals,
    listener,
    directory,
    downloads,
    cache,
    meter,
    natsUrl,
    rootDir,
    logged,
    metrics,
    stagedFiles: async () => {
      const entries = await readdir(rootDir, { recursive: true, withFileTypes: true });
      return entries.filter((entry) => entry.isFile() && entry.parentPath.includes('staged')).length;
    },
    stop: async () => {
      await listener.drain();
      directory.stop();
      requests.flush();
      pulse.stop();
      cache.close();
      await connection.close();
      if (nats === undefined) return;
      await nats.stop();
      await rm(rootDir, { recursive: true, force: true });
    },
  };
}
