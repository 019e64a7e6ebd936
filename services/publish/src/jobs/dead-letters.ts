import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { Inject, Injectable } from '@nestjs/common';
import {
  deadLetterOf,
  deadLetterOutcome,
  type DeadLetterOutcome,
  deadLetterRetrySubject,
  deadLetterStream,
  deadLetterSubjects,
  eventEnvelope,
  heard,
} from '@waybill/contracts';
import { DomainError } from '@waybill/domain';
import { NATS_CONNECTION } from '@waybill/messaging';

/** An event that a service could not handle. */
export interface DeadLetter {
  /** In the stream, from 1; it rises with time. */
  readonly sequence: number;
  readonly service: string;
  readonly type: string;
  readonly since: Date;
  /** Null where it has not the form of an event. */
  readonly event: { readonly id: string; readonly subject: string } | null;
}

interface StoredMessage {
  readonly seq: number;
  readonly subject: string;
  readonly time: Date;
  json(): unknown;
}

/** The handlers have ten seconds for it. */
const retryMilliseconds = 13_000;
const retryAfterSeconds = 10;

/** The dead letters of all services, as the bus keeps them for 90 days. */
@Injectable()
export class DeadLetters {
  readonly #connection: NatsConnection;

  constructor(@Inject(NATS_CONNECTION) connection: NatsConnection) {
    this.#connection = connection;
  }

  /** Oldest first, those after `after`. Errors: `unavailable` `service.unavailable`. */
  async list(after: number, limit: number): Promise<DeadLetter[]> {
    const letters: DeadLetter[] = [];
    for (let seq = after + 1; letters.length < limit;) {
      const found = await this.#get({ seq, next_by_subj: deadLetterSubjects });
      if (found === null) break;
      const letter = letterOf(found);
      if (letter !== undefined) letters.push(letter);
      seq = found.seq + 1;
    }
    return letters;
  }

  async find(sequence: number): Promise<DeadLetter | undefined> {
    const found = await this.#get({ seq: sequence });
    return found === null ? undefined : letterOf(found);
  }

  /** Has its service handle it again; what could be is forgotten. Errors: `unavailable` `service.unavailable`. */
  async retry({ service, sequence }: DeadLetter): Promise<DeadLetterOutcome> {
    const answer = await this.#connection
      .request(deadLetterRetrySubject(service), JSON.stringify({ sequence }), { timeout: retryMilliseconds })
      .catch((cause: unknown) => {
        throw unavailable(service, cause);
      });
    const { outcome } = heard(deadLetterOutcome, answer) ?? { outcome: 'failed' };
    if (outcome === 'done') {
      const manager = await jetstreamManager(this.#connection, { checkAPI: false });
      await manager.streams.deleteMessage(deadLetterStream, sequence, false);
    }
    return outcome;
  }

  async #get(query: { readonly seq: number; readonly next_by_subj?: string }): Promise<StoredMessage | null> {
    try {
      const manager = await jetstreamManager(this.#connection, { checkAPI: false });
      return await manager.streams.getMessage(deadLetterStream, query);
    } catch (cause) {
      throw unavailable('bus', cause);
    }
  }
}

function letterOf(message: StoredMessage): DeadLetter | undefined {
  const about = deadLetterOf(message.subject);
  if (about === undefined) return undefined;
  const event = heard(eventEnvelope, message);
  return {
    ...about,
    sequence: message.seq,
    since: message.time,
    event: event === undefined ? null : { id: event.id, subject: event.subject },
  };
}

function unavailable(service: string, cause: unknown): DomainError {
  return new DomainError('unavailable', 'service.unavailable', `A part of the registry (${service}) is not there.`, {
    cause,
    retryAfterSeconds,
    details: { service },
  });
}
