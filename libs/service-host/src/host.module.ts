import type { NatsConnection } from '@nats-io/transport-node';
import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import type { BlobStore, BlobStoreConfig } from '@waybill/blob-storage';
import { EdgeModule, EdgePurge, GatewayNews, problemDialect } from '@waybill/edge';
import { MessagingModule, OutboxEntity } from '@waybill/messaging';
import type { Logger, Metrics } from '@waybill/observability';
import { DataSource } from 'typeorm';
import type { HostedConfig, ServiceDefinition } from './service-definition.js';
import { BLOB_STORE, LOGGER, METRICS, SERVICE_CONFIG, STORE_CONFIG } from './tokens.js';

export interface HostParts {
  readonly definition: ServiceDefinition;
  readonly config: HostedConfig;
  readonly connection: NatsConnection;
  readonly news: GatewayNews;
  readonly store: BlobStore | undefined;
  readonly storeConfig: BlobStoreConfig | undefined;
  readonly dataSource: DataSource | undefined;
  readonly log: Logger;
  readonly metrics: Metrics;
}

/** Events of one replica in work at the same time. */
const eventConcurrency = 8;
const sentEventDays = 7;

/** The root module of a hosted service: what all services have, around the module of this one. */
@Module({})
export class HostModule {
  static around(parts: HostParts): DynamicModule {
    const { definition, config, connection, log, metrics } = parts;
    const messaging = MessagingModule.forService(connection, {
      service: definition.name,
      concurrency: eventConcurrency,
      database: parts.dataSource !== undefined,
      outbox: definition.database?.entities.includes(OutboxEntity) ?? false,
      retainSent: definition.sentEventsKept ?? sentEventDays,
      log,
      metrics,
    });
    return {
      module: HostModule,
      imports: [
        messaging,
        EdgeModule.forDialect(definition.edge?.dialect ?? problemDialect),
        PartsModule.of(parts),
        definition.module(config as never),
      ],
    };
  }
}

@Module({})
class PartsModule {
  static of({ definition, config, news, store, storeConfig, dataSource, log, metrics }: HostParts): DynamicModule {
    const providers: Provider[] = [
      { provide: SERVICE_CONFIG, useValue: config },
      { provide: LOGGER, useValue: log },
      { provide: METRICS, useValue: metrics },
      { provide: GatewayNews, useValue: news },
      { provide: EdgePurge, useValue: new EdgePurge(news, definition.name) },
      ...(dataSource === undefined ? [] : [{ provide: DataSource, useValue: dataSource }]),
      ...(store === undefined
        ? []
        : [
            { provide: BLOB_STORE, useValue: store },
            { provide: STORE_CONFIG, useValue: storeConfig },
          ]),
    ];
    const exported = [
      SERVICE_CONFIG,
      LOGGER,
      METRICS,
      GatewayNews,
      EdgePurge,
      ...(dataSource === undefined ? [] : [DataSource]),
      ...(store === undefined ? [] : [BLOB_STORE, STORE_CONFIG]),
    ];
    return { module: PartsModule, global: true, providers, exports: exported };
  }
}
