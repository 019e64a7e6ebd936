import type { NatsConnection, Subscription } from '@nats-io/transport-node';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { eventEnvelope, eventSubject, heard } from '@waybill/contracts';
import type { Logger } from '@waybill/observability';
import { EventHandlers } from './event-handlers.js';
import type { MessagingOptions } from './messaging-options.js';
import { MESSAGING_OPTIONS, NATS_CONNECTION } from './tokens.js';

/** Gives live events to `@HearsEvent` methods, on every replica, at most once. */
@Injectable()
export class EventListener implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #connection: NatsConnection;
  readonly #handlers: EventHandlers;
  readonly #log: Logger;
  #subscriptions: Subscription[] = [];

  constructor(
    @Inject(NATS_CONNECTION) connection: NatsConnection,
    handlers: EventHandlers,
    @Inject(MESSAGING_OPTIONS) options: MessagingOptions,
  ) {
    this.#connection = connection;
    this.#handlers = handlers;
    this.#log = options.log;
  }

  onApplicationBootstrap(): void {
    this.#subscriptions = this.#handlers.listeners().map((handler) =>
      this.#connection.subscribe(eventSubject(handler.type), {
        callback: (error, message) => {
          if (error !== null) {
            this.#log.error({ err: error, 'event.type': handler.type.type }, 'Live events cannot be heard.');
            return;
          }
          const envelope = heard(eventEnvelope, message);
          const data = handler.type.data.safeParse(envelope?.data);
          if (envelope === undefined || !data.success) {
            this.#log.error(
              { 'event.type': handler.type.type },
              'A live event does not have the form of its contract.',
            );
            return;
          }
          handler.handle({ ...envelope, data: data.data }).catch((failure: unknown) => {
            this.#log.error({ err: failure, 'event.type': handler.type.type }, 'A live event could not be handled.');
          });
        },
      }),
    );
  }

  onApplicationShutdown(): void {
    for (const subscription of this.#subscriptions) subscription.unsubscribe();
  }
}
