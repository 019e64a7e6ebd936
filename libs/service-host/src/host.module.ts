import type { NatsConnection } from '@nats-io/transport-node';
import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import type { BlobStore, BlobStoreConfig } from '@waybill/blob-storage';
import type { Secret } from '@waybill/config';
import { EdgeModule, problemDialect } from '@waybill/edge';
import { MessagingModule } from '@waybill/messaging';
import type { Logger, Metrics } from '@waybill/observability';
import { dataSourceOptions } from '@waybill/persistence';
import type { HostedConfig, ServiceDefinition } from './service-definition.js';
import { BLOB_STORE, LOGGER, METRICS, SERVICE_CONFIG, STORE_CONFIG } from './tokens.js';

export interface HostParts {
  readonly definition: ServiceDefinition;
  readonly config: HostedConfig;
  readonly connection: NatsConnection;
  readonly store: BlobStore | undefined;
  readonly storeConfig: BlobStoreConfig | undefined;
  readonly log: Logger;
  readonly metrics: Metrics;
}

interface WithDatabase {
  readonly WAYBILL_DATABASE_URL?: Secret;
  readonly WAYBILL_DATABASE_POOL?: number;
  readonly WAYBILL_EVENT_CONCURRENCY?: number;
}

const defaultEventConcurrency = 8;

/** The root module of a hosted service: what all services have, around the module of this one. */
@Module({})
export class HostModule {
  static around(parts: HostParts): DynamicModule {
    const { definition, config, connection, log, metrics } = parts;
    const database = databaseModules(definition, config);
    const messaging = MessagingModule.forService(connection, {
      service: definition.name,
      concurrency: (config as WithDatabase).WAYBILL_EVENT_CONCURRENCY ?? defaultEventConcurrency,
      database: database.length > 0,
      log,
      metrics,
    });
    return {
      module: HostModule,
      imports: [
        ...database,
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
  static of({ config, store, storeConfig, log, metrics }: HostParts): DynamicModule {
    const providers: Provider[] = [
      { provide: SERVICE_CONFIG, useValue: config },
      { provide: LOGGER, useValue: log },
      { provide: METRICS, useValue: metrics },
      ...(store === undefined
        ? []
        : [
            { provide: BLOB_STORE, useValue: store },
            { provide: STORE_CONFIG, useValue: storeConfig },
          ]),
    ];
    const exported = [SERVICE_CONFIG, LOGGER, METRICS, ...(store === undefined ? [] : [BLOB_STORE, STORE_CONFIG])];
    return { module: PartsModule, global: true, providers, exports: exported };
  }
}

function databaseModules(definition: ServiceDefinition, config: HostedConfig): DynamicModule[] {
  const { WAYBILL_DATABASE_URL: url, WAYBILL_DATABASE_POOL: max } = config as WithDatabase;
  if (definition.database === undefined || url === undefined) return [];
  const options = dataSourceOptions(definition.database, url.reveal(), {
    applicationName: definition.name,
    ...(max === undefined ? {} : { max }),
  });
  return [TypeOrmModule.forRoot({ ...options, retryAttempts: 5, retryDelay: 500, manualInitialization: false })];
}
