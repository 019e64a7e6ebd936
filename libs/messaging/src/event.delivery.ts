import type { JsMsg } from '@nats-io/jetstream';
import { jetstream } from '@nats-io/jetstream';
import { headers, type NatsConnection } from '@nats-io/transport-node';
import { deadLetterSubject } from '@waybill/contracts';
import type { EventHandler } from './event-handlers.js';
import { EventWork, HopelessEvent } from './event-work.js';
import type { MessagingOptions } from './messaging-options.js';
import { maxDeliveries, retryPause } from './provision-bus.js';

const shortestWorkingMilliseconds = 100;

/**
 * What happens to one delivered event. It is acknowledged when every handler of its type is done; one that fails comes
 * again after a pause, and one that fails too often, or cannot be read, becomes a dead letter (security.md W10): it is
 * never taken for done.
 */
export class EventDelivery {
  readonly #connection: NatsConnection;
  readonly #options: MessagingOptions;
  readonly #work: EventWork;
  readonly #working = new Set<NodeJS.Timeout>();

  constructor(connection: NatsConnection, handlers: readonly EventHandler[], options: MessagingOptions) {
    this.#connection = connection;
    this.#options = options;
    this.#work = new EventWork(handlers, options);
  }

  /** `ackWaitMilliseconds`: after so long without a sign of life the event would be given to somebody else. */
  async take(message: JsMsg, ackWaitMilliseconds: number): Promise<void> {
    const { metrics } = this.#options;
    const type = message.subject.slice('event.'.length);
    const started = performance.now();
    const pause = Math.max(ackWaitMilliseconds / 3, shortestWorkingMilliseconds);
    const working = setInterval(() => message.working(), pause).unref();
    this.#working.add(working);
    try {
      await this.#handle(type, message);
      message.ack();
      metrics.events.inc({ type, outcome: 'done' });
    } catch (error) {
      await this.#fail(type, message, error);
    } finally {
      this.#working.delete(working);
      clearInterval(working);
      metrics.eventSeconds.observe({ type }, (performance.now() - started) / 1000);
    }
  }

  /** Gives no more signs of life for what is still in work, so that another replica gets it. */
  abandon(): void {
    for (const working of this.#working) clearInterval(working);
  }

  async #handle(type: string, message: JsMsg): Promise<void> {
    // Somebody took it so often and never said how it ended: it may be what ends the process.
    if (message.info.deliveryCount > maxDeliveries) throw new HopelessEvent('An event was delivered too often.');
    await this.#work.run(type, message);
  }

  async #fail(type: string, message: JsMsg, error: unknown): Promise<void> {
    const { log, metrics } = this.#options;
    const { deliveryCount } = message.info;
    const facts = { err: error, 'event.type': type, 'event.deliveries': deliveryCount };
    if (!(error instanceof HopelessEvent) && deliveryCount < maxDeliveries) {
      log.warn(facts, 'An event could not be handled and will come again.');
      metrics.events.inc({ type, outcome: 'retried' });
      message.nak(retryPause(deliveryCount));
      return;
    }
    try {
      await this.#writeDeadLetter(type, message);
      message.term('dead letter');
      log.error(facts, 'An event could not be handled and has become a dead letter.');
      metrics.events.inc({ type, outcome: 'dead' });
    } catch (failure) {
      log.error({ ...facts, failure: String(failure) }, 'An event could not be handled, nor its dead letter written.');
      message.nak(retryPause(deliveryCount));
    }
  }

  // The number in the stream makes a second letter about the same event a duplicate, which the stream drops.
  async #writeDeadLetter(type: string, message: JsMsg): Promise<void> {
    const { service } = this.#options;
    const { streamSequence, deliveryCount } = message.info;
    const about = headers();
    about.set('Waybill-Event-Sequence', String(streamSequence));
    about.set('Waybill-Deliveries', String(deliveryCount));
    await jetstream(this.#connection).publish(deadLetterSubject(service, type), message.data, {
      msgID: `${service}.${streamSequence}`,
      headers: about,
    });
  }
}
