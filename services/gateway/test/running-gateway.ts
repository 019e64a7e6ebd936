import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jetstream } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { FileBlobStore, type BlobStore } from '@waybill/blob-storage';
import type { Principal, TokenHash } from '@waybill/domain';
import { DomainError } from '@waybill/domain';
import { EdgeClient, EdgeDirectory } from '@waybill/edge';
import { createLogger, createMetrics, type Metrics } from '@waybill/observability';
import { startTestNats } from '@waybill/testing';
import { PrincipalCache, type Introspection } from '../src/credentials/principal-cache.js';
import { ConnectionsPerAddress } from '../src/limits/connections-per-address.js';
import { defaultLimits, type ListenerLimits } from '../src/limits/listener-limits.js';
import { defaultRateLimits, RateLimits, type RateLimitSettings } from '../src/limits/rate-limits.js';
import { DownloadCounts } from '../src/download-counts/download-counts.js';
import { trustedProxies } from '../src/limits/trusted-proxies.js';
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
  /** The lines of its log, as they would be written. */
  readonly logged: Record<string, unknown>[];
  readonly metrics: Metrics;
  /** How many files the store holds under its staging directories. */
  stagedFiles(): Promise<number>;
  stop(): Promise<void>;
}

export async function startGateway(
  limits: Partial<ListenerLimits> = {},
  { rates = {}, trusted = [], configuredUrl, now }: GatewayVariant = {},
): Promise<RunningGateway> {
  const nats = await startTestNats();
  const connection = await connect({ servers: nats.url, noAsyncTraces: true });
  const rootDir = await mkdtemp(join(tmpdir(), 'waybill-gateway-'));
  const store = new FileBlobStore({ rootDir });
  const auth = new FakeAuth();
  // Answers stay fresh for no time, so that a test that takes `auth` away sees the grace at once.
  const principals = new PrincipalCache({ introspect: ({ hash }) => auth.introspect(hash), freshMs: 0 });
  const directory = new EdgeDirectory(connection);
  await directory.start();
  const logged: Record<string, unknown>[] = [];
  const log = createLogger({
    service: 'gateway',
    destination: { write: (line) => void logged.push(JSON.parse(line) as Record<string, unknown>) },
  });
  const metrics = createMetrics('gateway');
  let externalUrl = '';
  const allLimits = { ...defaultLimits, ...limits };
  const proxies = trustedProxies(trusted);
  const stream = jetstream(connection);
  const downloads = new DownloadCounts({
    publish: (subject, text, options) => stream.publish(subject, text, options),
    log,
  });
  const handler = new RequestHandler({
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
    logged,
    metrics,
    stagedFiles: async () => {
      const entries = await readdir(rootDir, { recursive: true, withFileTypes: true });
      return entries.filter((entry) => entry.isFile() && entry.parentPath.includes('staged')).length;
    },
    stop: async () => {
      await listener.drain();
      directory.stop();
      await connection.close();
      await nats.stop();
      await rm(rootDir, { recursive: true, force: true });
    },
  };
}
