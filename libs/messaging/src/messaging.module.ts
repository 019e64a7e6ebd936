import type { NatsConnection } from '@nats-io/transport-node';
import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { UnitOfWork } from '@waybill/persistence';
import { DeadLetterRetrier } from './dead-letter.retrier.js';
import { EventConsumer } from './event.consumer.js';
import { EventHandlers } from './event-handlers.js';
import { EventListener } from './event.listener.js';
import { EventReplay } from './event.replay.js';
import type { MessagingOptions } from './messaging-options.js';
import { Outbox } from './outbox.js';
import { OutboxRelay } from './outbox.relay.js';
import { OutboxRetention } from './outbox.retention.js';
import { RequestClient } from './request.client.js';
import { MESSAGING_OPTIONS, NATS_CONNECTION } from './tokens.js';

/** What a service needs on the bus, for all its modules: requests, events in, and, with a database, events out. */
@Module({})
export class MessagingModule {
  static forService(
    connection: NatsConnection,
    options: MessagingOptions & { readonly database: boolean; readonly outbox: boolean },
  ): DynamicModule {
    const providers: Provider[] = [
      { provide: NATS_CONNECTION, useValue: connection },
      { provide: MESSAGING_OPTIONS, useValue: options },
      RequestClient,
      EventReplay,
      EventHandlers,
      EventListener,
      EventConsumer,
      DeadLetterRetrier,
    ];
    const withDatabase: Provider[] = options.database ? [UnitOfWork] : [];
    const withOutbox: Provider[] = options.outbox ? [Outbox, OutboxRelay, OutboxRetention] : [];
    return {
      module: MessagingModule,
      global: true,
      imports: [DiscoveryModule],
      providers: [...providers, ...withDatabase, ...withOutbox],
      exports: [
        NATS_CONNECTION,
        RequestClient,
        EventReplay,
        ...(options.database ? [UnitOfWork] : []),
        ...(options.outbox ? [Outbox] : []),
      ],
    };
  }
}
