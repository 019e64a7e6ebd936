import type { Consumer, ConsumerMessages, JsMsg } from '@nats-io/jetstream';
import { jetstream } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { EventEnvelope } from '@waybill/contracts';
import { eventEnvelope, eventStream } from '@waybill/contracts';
import type { Logger, Metrics } from '@waybill/observability';
import { withRemoteTrace } from '@waybill/observability';
import type { EventHandler } from './event-handlers.js';
import { EventHandlers } from './event-handlers.js';
import type { MessagingOptions } from './messaging-options.js';
import { maxDeliveries, retryPause } from './provision-bus.js';
import { MESSAGING_OPTIONS, NATS_CONNECTION } from './tokens.js';

const workingMilliseconds = 10_000;
const reopenMilliseconds = 1000;
const drainMilliseconds = 25_000;

/**
 * Consumes the service's durable consumer. An event is acknowledged when every handler of its type is done; one that
 * fails comes again after a pause, and one that fails too often, or cannot be read, becomes a dead letter (security.md
 * W10): it is never taken for done.
 */
@Injectable()
export class EventConsumer implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #connection: NatsConnection;
  readonly #handlers: EventHandlers;
  readonly #service: string;
  readonly #concurrency: number;
  readonly #log: Logger;
  readonly #metrics: Metrics;
  readonly #byType = new Map<string, EventHandler[]>();
  readonly #inWork = new Set<Promise<void>>();
  readonly #stop = new AbortController();
  #messages: ConsumerMessages | undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(
    @Inject(NATS_CONNECTION) connection: NatsConnection,
    handlers: EventHandlers,
    @Inject(MESSAGING_OPTIONS) options: MessagingOptions,
  ) {
    this.#connection = connection;
    this.#handlers = handlers;
    this.#service = options.service;
    this.#concurrency = options.concurrency;
    this.#log = options.log;
    this.#metrics = options.metrics;
  }

  onApplicationBootstrap(): void {
    for (const handler of this.#handlers.consumers()) {
      this.#byType.set(handler.type.type, [...(this.#byType.get(handler.type.type) ?? []), handler]);
    }
    if (this.#byType.size > 0) this.#running = this.#run();
  }

  /** Before the database goes, which is at the shutdown. */
  async onModuleDestroy(): Promise<void> {
    this.#stop.abort();
    this.#messages?.stop();
    await this.#running;
    await Promise.race([Promise.allSettled(this.#inWork), delay(drainMilliseconds, undefined, { ref: false })]);
  }

  // The consumer is opened again whenever its stream of messages ends: after a lost bus, or a consumer made anew.
  async #run(): Promise<void> {
    let failing = false;
    while (!this.#isStopping()) {
      try {
        const consumer: Consumer = await jetstream(this.#connection).consumers.get(eventStream, this.#service);
        this.#messages = await consumer.consume({ max_messages: this.#concurrency });
        if (this.#isStopping()) this.#messages.stop();
        failing = false;
        for await (const message of this.#messages) await this.#start(message);
      } catch (error) {
        if (!failing) this.#log.warn({ err: error }, 'Events cannot be consumed now.');
        failing = true;
      }
      await delay(reopenMilliseconds, undefined, { signal: this.#stop.signal }).catch(() => undefined);
    }
  }

  #isStopping(): boolean {
    return this.#stop.signal.aborted;
  }

  async #start(message: JsMsg): Promise<void> {
    const work = this.#take(message).finally(() => this.#inWork.delete(work));
    this.#inWork.add(work);
    if (this.#inWork.size >= this.#concurrency) await Promise.race(this.#inWork);
  }

  async #take(message: JsMsg): Promise<void> {
    const started = performance.now();
    // Work that takes long says that it goes on, or the event would be given to somebody else meanwhile.
    const working = setInterval(() => message.working(), workingMilliseconds);
    const type = message.subject.slice('event.'.length);
    try {
      await this.#handle(type, message);
      message.ack();
      this.#metrics.events.inc({ type, outcome: 'done' });
    } catch (error) {
      await this.#fail(type, message, error);
    } finally {
      clearInterval(working);
      this.#metrics.eventSeconds.observe({ type }, (performance.now() - started) / 1000);
    }
  }

  async #handle(type: string, message: JsMsg): Promise<void> {
    const handlers = this.#byType.get(type) ?? [];
    const [first] = handlers;
    if (first === undefined) return;
    const event = parse(first, message);
    const headers = event.traceparent === undefined ? {} : { traceparent: event.traceparent };
    await withRemoteTrace(headers, type, async () => {
      for (const handler of handlers) await handler.handle(event);
    });
  }

  async #fail(type: string, message: JsMsg, error: unknown): Promise<void> {
    const { deliveryCount } = message.info;
    const facts = { err: error, 'event.type': type, 'event.deliveries': deliveryCount };
    if (!(error instanceof UnreadableEvent) && deliveryCount < maxDeliveries) {
      this.#log.warn(facts, 'An event could not be handled and will come again.');
      this.#metrics.events.inc({ type, outcome: 'retried' });
      message.nak(retryPause(deliveryCount));
      return;
    }
    this.#log.error(facts, 'An event could not be handled and becomes a dead letter.');
    this.#metrics.events.inc({ type, outcome: 'dead' });
    try {
      await jetstream(this.#connection).publish(`dead-letter.${this.#service}.${type}`, message.data);
      message.term('dead letter');
    } catch (failure) {
      this.#log.error({ err: failure, 'event.type': type }, 'A dead letter could not be written.');
      message.nak(retryPause(deliveryCount));
    }
  }
}

class UnreadableEvent extends Error {}

function parse(handler: EventHandler, message: JsMsg): EventEnvelope {
  try {
    const envelope = eventEnvelope.parse(message.json());
    return { ...envelope, data: handler.type.data.parse(envelope.data) };
  } catch (error) {
    throw new UnreadableEvent('An event does not have the form of its contract.', { cause: error });
  }
}
