import { jetstream } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import { Inject, Injectable } from '@nestjs/common';
import type { BlobStore } from '@waybill/blob-storage';
import { EdgeClient, EdgeDirectory } from '@waybill/edge';
import type { Logger, Metrics } from '@waybill/observability';
import { BLOB_STORE, LOGGER, METRICS, NATS_CONNECTION, SERVICE_CONFIG } from '@waybill/service-host';
import type { GatewayConfig } from '../config.js';
import { PrincipalCache } from '../credentials/principal-cache.js';
import { DownloadCounts } from '../download-counts/download-counts.js';
import { ConnectionsPerAddress } from '../limits/connections-per-address.js';
import { limitsOf, rateLimitsOf } from '../limits/limits-of-config.js';
import { RateLimits } from '../limits/rate-limits.js';
import { trustedProxies } from '../limits/trusted-proxies.js';
import { EdgeListener } from './edge-listener.js';
import { externalUrlOf, installationUrlFor } from './external-url.js';
import { RequestHandler } from './request-handler.js';
import { meterOf } from './request-meter.js';

const publishTimeoutMs = 5000;

/** Starts the HTTP side with the service and drains it before anything that it needs goes away. */
@Injectable()
export class GatewayListener implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly directory: EdgeDirectory;
  private readonly listener: EdgeListener;
  private readonly downloads: DownloadCounts;
  private listening: { readonly port: number; readonly externalUrl: string } | undefined;

  constructor(
    @Inject(NATS_CONNECTION) connection: NatsConnection,
    @Inject(BLOB_STORE) store: BlobStore,
    @Inject(LOGGER) private readonly log: Logger,
    @Inject(METRICS) metrics: Metrics,
    @Inject(SERVICE_CONFIG) private readonly config: GatewayConfig,
    principals: PrincipalCache,
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
    const proxies = trustedProxies(config.WAYBILL_TRUSTED_PROXIES.split(',').map(trimmed).filter(Boolean));
    const handler = new RequestHandler({
      client: new EdgeClient(connection, store),
      directory: this.directory,
      principals,
      store,
      log,
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
    const address = { host: this.config.WAYBILL_HOST, port: this.config.WAYBILL_PORT };
    const port = await this.listener.listen(address);
    this.listening = { port, externalUrl: externalUrlOf(this.config.WAYBILL_EXTERNAL_URL, address.host, port) };
    this.downloads.start();
    this.log.info({ 'server.port': port, 'url.external': this.externalUrl }, 'listening for clients');
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.listener.drain();
    await this.downloads.stop();
    this.directory.stop();
  }
}

function trimmed(text: string): string {
  return text.trim();
}
