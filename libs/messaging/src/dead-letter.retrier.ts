import type { JsMsg } from '@nats-io/jetstream';
import { AckPolicy, DeliverPolicy, jetstream, JetStreamApiError, jetstreamManager } from '@nats-io/jetstream';
import { type Msg, nanos, type NatsConnection, type Subscription } from '@nats-io/transport-node';
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import {
  deadLetterConsumer,
  deadLetterOf,
  type DeadLetterOutcome,
  deadLetterRetry,
  deadLetterRetrySubject,
  deadLetterStream,
  deadLetterSubject,
  heard,
} from '@waybill/contracts';
import { EventHandlers } from './event-handlers.js';
import { EventWork } from './event-work.js';
import type { MessagingOptions } from './messaging-options.js';
import { MESSAGING_OPTIONS, NATS_CONNECTION } from './tokens.js';

const readMilliseconds = 2000;
const forgetMilliseconds = 10_000;
/** The server's code for a consumer of this name with other settings. */
const consumerExists = 10148;
/** Whoever asks waits for the answer. */
const handlerMilliseconds = 10_000;

/**
 * Handles one dead letter of this service again when an operator asks for it. It reads the letter by itself, through a consumer
 * that gives it none but its own: nobody can hand it an event that was never published (security.md W10).
 */
@Injectable()
export class DeadLetterRetrier implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #connection: NatsConnection;
  readonly #handlers: EventHandlers;
  readonly #options: MessagingOptions;
  #subscription: Subscription | undefined;
  #inWork: Promise<void> | undefined;

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
    const work = new EventWork(handlers, { handlerMilliseconds });
    const { service, log } = this.#options;
    this.#subscription = this.#connection.subscribe(deadLetterRetrySubject(service), {
      queue: service,
      callback: (error, message) => {
        if (error !== null) log.error({ err: error }, 'Nobody can ask for a dead letter to be handled again.');
        else this.#answer(message, work);
      },
    });
  }

  async onModuleDestroy(): Promise<void> {
    this.#subscription?.unsubscribe();
    await this.#inWork;
  }

  #answer(message: Msg, work: EventWork): void {
    const respond = (outcome: DeadLetterOutcome) => void message.respond(JSON.stringify({ outcome }));
    const asked = heard(deadLetterRetry, message);
    if (asked === undefined) {
      respond('absent');
      return;
    }
    // One at a time, as the one consumer is for one.
    if (this.#inWork !== undefined) {
      respond('busy');
      return;
    }
    this.#inWork = this.#retry(asked.sequence, work)
      .then(respond)
      .finally(() => {
        this.#inWork = undefined;
      });
  }

  async #retry(sequence: number, work: EventWork): Promise<DeadLetterOutcome> {
    const { service, log } = this.#options;
    try {
      const letter = await this.#read(sequence);
      if (letter === 'busy') return letter;
      const type = letter === null ? undefined : deadLetterOf(letter.subject)?.type;
      if (letter?.info.streamSequence !== sequence || type === undefined) return 'absent';
      await work.run(type, letter);
      log.info({ 'event.type': type, 'dead-letter.sequence': sequence }, 'A dead letter was handled after all.');
      return 'done';
    } catch (error) {
      log.warn({ err: error, 'dead-letter.sequence': sequence, service }, 'A dead letter still cannot be handled.');
      return 'failed';
    }
  }

  async #read(sequence: number): Promise<JsMsg | null | 'busy'> {
    const name = deadLetterConsumer(this.#options.service);
    const manager = await jetstreamManager(this.#connection, { checkAPI: false });
    try {
      await manager.consumers.add(deadLetterStream, {
        name,
        filter_subject: deadLetterSubject(this.#options.service, '>'),
        ack_policy: AckPolicy.None,
        deliver_policy: DeliverPolicy.StartSequence,
        opt_start_seq: sequence,
        inactive_threshold: nanos(forgetMilliseconds),
        mem_storage: true,
        num_replicas: 1,
      });
    } catch (error) {
      // Another replica has it for another letter.
      if (error instanceof JetStreamApiError && error.code === consumerExists) return 'busy';
      throw error;
    }
    try {
      const consumer = await jetstream(this.#connection).consumers.get(deadLetterStream, name);
      return await consumer.next({ expires: readMilliseconds });
    } finally {
      await manager.consumers.delete(deadLetterStream, name);
    }
  }
}
