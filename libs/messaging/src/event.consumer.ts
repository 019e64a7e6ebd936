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
 * Takes events from the service's durable consumer. As many are asked for as there are hands free for them, and asked
 * again when those have come: whatever waited in a buffer would run out of its time for acknowledgement behind slow
 * handlers, or keep another replica from it that has nothing to do.
 */
@Injectable()
export class EventConsumer implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #connection: NatsConnection;
  readonly #handlers: EventHandlers;
  readonly #options: MessagingOptions;
  readonly #stop = new AbortController();
  readonly #inWork = new Set<Promise<void>>();
  #pull: ConsumerMessages | undefined;
  #delivery: EventDelivery | undefined;
  #running: Promise<void> = Promise.resolve();

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
    this.#running = this.#run(delivery);
  }

  /** Before the database goes, which is at the shutdown. What is not done by then is delivered again to somebody. */
  async onModuleDestroy(): Promise<void> {
    this.#stop.abort();
    this.#pull?.stop();
    const done = this.#running.then(() => Promise.all(this.#inWork));
    await Promise.race([done, delay(drainMilliseconds, undefined, { ref: false })]);
    this.#delivery?.abandon();
  }

  async #run(delivery: EventDelivery): Promise<void> {
    let consumer: Consumer | undefined;
    let failing = false;
    while (!this.#isStopping()) {
      try {
        consumer ??= await this.#open();
        await this.#takeSome(consumer, delivery);
        failing = false;
      } catch (error) {
        consumer = undefined;
        if (!failing && !this.#isStopping()) this.#options.log.warn({ err: error }, 'Events cannot be consumed now.');
        failing = true;
        await delay(reopenMilliseconds, undefined, { signal: this.#stop.signal }).catch(() => undefined);
      }
    }
  }

  #isStopping(): boolean {
    return this.#stop.signal.aborted;
  }

  // The operator makes the consumer; a service may only look it up.
  #open(): Promise<Consumer> {
    return jetstream(this.#connection).consumers.get(eventStream, this.#options.service);
  }

  async #takeSome(consumer: Consumer, delivery: EventDelivery): Promise<void> {
    const acknowledgeWithin = await acknowledgeWithinOf(consumer);
    if (this.#inWork.size >= this.#options.concurrency) await Promise.race(this.#inWork);
    const handsFree = this.#options.concurrency - this.#inWork.size;
    const pull = await consumer.fetch({ max_messages: handsFree, expires: pullMilliseconds });
    this.#pull = pull;
    try {
      if (this.#isStopping()) return;
      for await (const message of pull) this.#take(message, acknowledgeWithin, delivery);
    } finally {
      pull.stop();
    }
  }

  #take(message: JsMsg, acknowledgeWithin: number, delivery: EventDelivery): void {
    const work: Promise<void> = delivery
      .take(message, acknowledgeWithin)
      .catch((error: unknown) => this.#options.log.warn({ err: error }, 'The outcome of an event could not be told.'))
      .finally(() => this.#inWork.delete(work));
    this.#inWork.add(work);
  }
}

async function acknowledgeWithinOf(consumer: Consumer): Promise<number> {
  const { config } = await consumer.info(true);
  return (config.ack_wait ?? 0) / 1_000_000;
}
