import type { EventEnvelope } from '@waybill/contracts';
import { eventEnvelope } from '@waybill/contracts';
import { withRemoteTrace } from '@waybill/observability';
import type { EventHandler } from './event-handlers.js';
import type { MessagingOptions } from './messaging-options.js';

const defaultHandlerMilliseconds = 15 * 60_000;

/** Trying again does not help. */
export class HopelessEvent extends Error {}

/** Runs the handlers of an event, one after the other, within their time. */
export class EventWork {
  readonly #options: Pick<MessagingOptions, 'handlerMilliseconds'>;
  readonly #byType: ReadonlyMap<string, readonly EventHandler[]>;

  constructor(handlers: readonly EventHandler[], options: Pick<MessagingOptions, 'handlerMilliseconds'>) {
    this.#options = options;
    this.#byType = Map.groupBy(handlers, (handler) => handler.type.type);
  }

  /** Throws `HopelessEvent` for what has not the form of its contract, and whatever a handler throws. */
  async run(type: string, message: { json(): unknown }): Promise<void> {
    const handlers = this.#byType.get(type) ?? [];
    const [first] = handlers;
    // A replica of another version may have one.
    if (first === undefined) throw new Error('There is no handler for this type of event.');
    const event = parse(first, message);
    const trace = event.traceparent === undefined ? {} : { traceparent: event.traceparent };
    const work = withRemoteTrace(trace, type, async () => {
      for (const handler of handlers) await handler.handle(event);
    });
    await within(this.#options.handlerMilliseconds ?? defaultHandlerMilliseconds, work);
  }
}

function parse(handler: EventHandler, message: { json(): unknown }): EventEnvelope {
  try {
    const envelope = eventEnvelope.parse(message.json());
    return { ...envelope, data: handler.type.data.parse(envelope.data) };
  } catch (error) {
    throw new HopelessEvent('An event does not have the form of its contract.', { cause: error });
  }
}

async function within(milliseconds: number, work: Promise<void>): Promise<void> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error('The handlers took too long.')), milliseconds);
  try {
    await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
