import type { Consumer, ConsumerMessages, JsMsg } from '@nats-io/jetstream';
import { jetstream } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { eventStream } from '@waybill/contracts';
import { EventDelivery } from './event.delivery.js';
import { EventHandlers } from './event-handlers.js';
import type { MessagingOptions } from './messaging-options.js';
import { MESSAGING_OPTIONS, NATS_CONNECTION } from './tokens.js';

const pullMilliseconds = 5000;
const reopenMilliseconds = 1000;
const drainMilliseconds = 25_000;

/**
 * Takes events from the service's durable consumer, each slot one at a time: an event is asked for when there is a hand
 * free for it. Whatever waited in a buffer would run out of its time for acknowledgement behind slow handlers.
 */
@Injectable()
export class EventConsumer implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #connection: NatsConnection;
  readonly #handlers: EventHandlers;
  readonly #options: MessagingOptions;
  readonly #stop = new AbortController();
  readonly #pulls = new Set<ConsumerMessages>();
  #consumer: Promise<Consumer> | undefined;
  #delivery: EventDelivery | undefined;
  #failing = false;
  #running: Promise<unknown> = Promise.resolve();

  constructor(
    @Inject(NATS_CONNECTION) connection: NatsConnection,
    handlers: EventHandlers,
    @Inject(MESSAGING_OPTIONS) options: MessagingOptions,
  ) {
    this.#connection = connection;
    this.#handlers = handlers;
    this.#options = options;
  }

  onApplicationBootstrap(): void {
    const handlers = this.#handlers.consumers();
    if (handlers.length === 0) return;
    const delivery = new EventDelivery(this.#connection, handlers, this.#options);
    this.#delivery = delivery;
    this.#running = Promise.all(Array.from({ length: this.#options.concurrency }, () => this.#work(delivery)));
  }

  /** Before the database goes, which is at the shutdown. What is not done by then is delivered again to somebody. */
  async onModuleDestroy(): Promise<void> {
    this.#stop.abort();
    for (const pull of this.#pulls) pull.stop();
    await Promise.race([this.#running, delay(drainMilliseconds, undefined, { ref: false })]);
    this.#delivery?.abandon();
  }

  async #work(delivery: EventDelivery): Promise<void> {
    while (!this.#isStopping()) {
      try {
        const consumer = await this.#open();
        const message = await this.#next(consumer);
        this.#failing = false;
        if (message !== undefined) await delivery.take(message, await acknowledgeWithin(consumer));
      } catch (error) {
        this.#consumer = undefined;
        if (!this.#failing && !this.#isStopping())
          this.#options.log.warn({ err: error }, 'Events cannot be consumed now.');
        this.#failing = true;
        await delay(reopenMilliseconds, undefined, { signal: this.#stop.signal }).catch(() => undefined);
      }
    }
  }

  #isStopping(): boolean {
    return this.#stop.signal.aborted;
  }

  // The operator makes the consumer; a service may only look it up.
  #open(): Promise<Consumer> {
    this.#consumer ??= jetstream(this.#connection).consumers.get(eventStream, this.#options.service);
    return this.#consumer;
  }

  async #next(consumer: Consumer): Promise<JsMsg | undefined> {
    const pull = await consumer.fetch({ max_messages: 1, expires: pullMilliseconds });
    this.#pulls.add(pull);
    try {
      if (this.#isStopping()) return undefined;
      for await (const message of pull) return message;
      return undefined;
    } finally {
      this.#pulls.delete(pull);
      pull.stop();
    }
  }
}

async function acknowledgeWithin(consumer: Consumer): Promise<number> {
  const { config } = await consumer.info(true);
  return (config.ack_wait ?? 0) / 1_000_000;
}
