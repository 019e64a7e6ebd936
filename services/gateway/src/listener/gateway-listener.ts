import { jetstream } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import { Inject, Injectable } from '@nestjs/common';
import type { BlobStore } from '@waybill/blob-storage';
import { EdgeClient, EdgeDirectory } from '@waybill/edge';
import type { Logger, Metrics } from '@waybill/observability';
import { lineWriterOf } from '@waybill/observability';
import { BLOB_STORE, LOGGER, METRICS, NATS_CONNECTION, SERVICE_CONFIG } from '@waybill/service-host';
import type { GatewayConfig } from '../config.js';
import { listenForChangedCredentials } from '../credentials/credentials-changed.listener.js';
import { PrincipalCache } from '../credentials/principal-cache.js';
import { DownloadCounts } from '../download-counts/download-counts.js';
import { BusPulse } from '../edge-cache/bus-pulse.js';
import { CacheMeter } from '../edge-cache/cache-meter.js';
import { defaultCacheLimits, EdgeCache } from '../edge-cache/edge-cache.js';
import { listenForPurges } from '../edge-cache/purge.listener.js';
import { ReadThrough } from '../edge-cache/read-through.js';
import { ConnectionsPerAddress } from '../limits/connections-per-address.js';
import { limitsOf, rateLimitsOf } from '../limits/limits-of-config.js';
import { RateLimits } from '../limits/rate-limits.js';
import { trustedProxies } from '../limits/trusted-proxies.js';
import { EdgeListener } from './edge-listener.js';
import { externalUrlOf, installationUrlFor } from './external-url.js';
import { RequestHandler } from './request-handler.js';
import { BufferedRequestLog } from './request-log.js';
import { meterOf } from './request-meter.js';

const publishTimeoutMs = 5000;

/** Starts the HTTP side with the service and drains it before anything that it needs goes away. */
@Injectable()
export class GatewayListener implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly directory: EdgeDirectory;
  private readonly listener: EdgeListener;
  private readonly downloads: DownloadCounts;
  private readonly cache: EdgeCache;
  private readonly pulse: BusPulse;
  private readonly requests: BufferedRequestLog;
  private listening: { readonly port: number; readonly externalUrl: string } | undefined;

  constructor(
    @Inject(NATS_CONNECTION) private readonly connection: NatsConnection,
    @Inject(BLOB_STORE) store: BlobStore,
    @Inject(LOGGER) private readonly log: Logger,
    @Inject(METRICS) metrics: Metrics,
    @Inject(SERVICE_CONFIG) private readonly config: GatewayConfig,
    private readonly principals: PrincipalCache,
  ) {
    const limits = limitsOf(config);
    this.directory = new EdgeDirectory(connection, (error) => {
      log.warn({ err: error }, 'a service cannot be described');
    });
    const stream = jetstream(connection, { timeout: publishTimeoutMs });
    this.downloads = new DownloadCounts({
      publish: (subject, text, options) => stream.publish(subject, text, options),
      log,
    });
    const maxBytes = config.WAYBILL_CACHE_MB * 1024 * 1024;
    const cache = new EdgeCache(this.directory, { ...defaultCacheLimits, maxBytes });
    const pulse = new BusPulse(connection, () => {
      cache.forgetAnswers();
      principals.doubtAll();
    });
    const meter = new CacheMeter();
    meter.publish(metrics.registry, () => cache.bytes);
    this.cache = cache;
    this.pulse = pulse;
    this.requests = new BufferedRequestLog({
      service: 'gateway',
      mode: log.isLevelEnabled('info') ? config.WAYBILL_ACCESS_LOG : 'none',
      write: lineWriterOf(log),
    });
    const proxies = trustedProxies(config.WAYBILL_TRUSTED_PROXIES.split(',').map(trimmed).filter(Boolean));
    const handler = new RequestHandler({
      client: new EdgeClient(connection, store),
      directory: this.directory,
      principals,
      store,
      log,
      requests: this.requests,
      cache,
      reads: new ReadThrough({ cache, pulse, meter, store }),
      meter: meterOf(metrics),
      limits,
      rates: new RateLimits(rateLimitsOf(config)),
      downloads: this.downloads,
      clientAddressOf: proxies.clientAddressOf,
      externalUrlOf: installationUrlFor(proxies, config.WAYBILL_EXTERNAL_URL, () => this.externalUrl),
    });
    this.listener = new EdgeListener(
      handler,
      limits,
      new ConnectionsPerAddress(limits.maxConnectionsPerAddress, proxies.isProxy),
    );
  }

  /** Address of the installation without a trailing slash. */
  get externalUrl(): string {
    return this.listening?.externalUrl ?? '';
  }

  get port(): number {
    return this.listening?.port ?? 0;
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.directory.start();
    // Before the first answer is kept, so that no purge of it is missed.
    listenForPurges(this.connection, this.cache, this.pulse.gatewayId);
    listenForChangedCredentials(this.connection, this.principals, this.pulse.gatewayId);
    await this.pulse.start();
    const address = { host: this.config.WAYBILL_HOST, port: this.config.WAYBILL_PORT };
    const port = await this.listener.listen(address);
    this.listening = { port, externalUrl: externalUrlOf(this.config.WAYBILL_EXTERNAL_URL, address.host, port) };
    this.downloads.start();
    this.log.info({ 'server.port': port, 'url.external': this.externalUrl }, 'listening for clients');
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.listener.drain();
    await this.downloads.stop();
    this.pulse.stop();
    this.cache.close();
    this.requests.flush();
    this.directory.stop();
  }
}

function trimmed(text: string): string {
  return text.trim();
}
