import { Injectable } from '@nestjs/common';
import type { EventEnvelope, EventType } from '@waybill/contracts';
import { replayEvents } from '@waybill/contracts';
import type { EventHandler } from './event-handlers.js';
import { EventHandlers } from './event-handlers.js';
import { RequestClient } from './request.client.js';

const pageTimeoutMilliseconds = 15_000;

/**
 * Gives a service's `@OnEvent` handlers the whole event log of `publish` once more, so that a read model is rebuilt from
 * nothing (or completed: handlers are idempotent, and live events may arrive meanwhile).
 */
@Injectable()
export class EventReplay {
  readonly #requests: RequestClient;
  readonly #handlers: EventHandlers;

  constructor(requests: RequestClient, handlers: EventHandlers) {
    this.#requests = requests;
    this.#handlers = handlers;
  }

  /**
   * Resolves to the number of events. `types`: only of these, for services that take others as news and not as facts.
   * Errors: those of `publish.event-log.replay.v1` and of the handlers.
   */
  async run({
    types: wanted,
    ...options
  }: { readonly ecosystem?: string; readonly types?: readonly EventType[] } = {}): Promise<number> {
    const consumers = this.#handlers
      .consumers()
      .filter(({ type }) => wanted === undefined || wanted.some((one) => one.type === type.type));
    const types = [...new Set(consumers.map((handler) => handler.type.type))];
    let count = 0;
    for (let after: number | null = 0; after !== null;) {
      const page: { events: { event: EventEnvelope }[]; next: number | null } = await this.#requests.ask(
        replayEvents,
        { after, types, ...options },
        { timeoutMs: pageTimeoutMilliseconds },
      );
      for (const { event } of page.events) await give(consumers, event);
      count += page.events.length;
      after = page.next;
    }
    return count;
  }
}

async function give(consumers: readonly EventHandler[], event: EventEnvelope): Promise<void> {
  for (const handler of consumers.filter((candidate) => candidate.type.type === event.type)) {
    await handler.handle({ ...event, data: handler.type.data.parse(event.data) });
  }
}
