import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { Inject, Injectable } from '@nestjs/common';
import type { DataOf, EventEnvelope, EventType } from '@waybill/contracts';
import { DomainError } from '@waybill/domain';
import { traceHeaders } from '@waybill/observability';
import type { StatementPart } from '@waybill/persistence';
import { UnitOfWork } from '@waybill/persistence';
import type { EntityManager } from 'typeorm';
import { OutboxEntity } from './outbox.entity.js';
import { MESSAGING_OPTIONS } from './tokens.js';

// A message on the bus may have 1 MiB.
const maxEventBytes = 512 * 1024;

export interface NewEvent<Type extends EventType> {
  /** Id of what it happened to; the CloudEvents `subject`. */
  readonly aggregate: string;
  /** Counts the events of that aggregate from 1, without gaps. */
  readonly aggregateVersion: number;
  readonly data: DataOf<Type>;
}

/** Where a service writes down what happened, in the same transaction. The relay sends it on. */
@Injectable()
export class Outbox {
  readonly #unitOfWork: UnitOfWork;
  readonly #service: string;
  readonly #kicks = new EventEmitter();

  constructor(unitOfWork: UnitOfWork, @Inject(MESSAGING_OPTIONS) options: { readonly service: string }) {
    this.#unitOfWork = unitOfWork;
    this.#service = options.service;
  }

  /** The service whose facts it takes. */
  get service(): string {
    return this.#service;
  }

  /**
   * Errors, all mistakes of ours, and refused here because an event that cannot be sent would hold up all that follow: a
   * ZodError when the data is not what the contract says; `internal` `outbox.foreign-event`; `limit` `outbox.event-too-large`.
   */
  async append<Type extends EventType>(
    manager: EntityManager,
    type: Type,
    event: NewEvent<Type>,
  ): Promise<EventEnvelope<DataOf<Type>>> {
    const { envelope, text } = this.#write(type, event);
    await manager.query(
      `INSERT INTO ${tableIn(manager)} (event_id, type, aggregate, envelope, xact)
       VALUES ($1, $2, $3, $4, pg_current_xact_id()::text::bigint)`,
      [envelope.id, envelope.type, envelope.subject, text],
    );
    this.kickAfterCommit();
    return envelope;
  }

  /**
   * The same as a part of a larger statement, which happens for each row of its part `source`. The caller calls
   * `kickAfterCommit` when it has run. Errors: those of `append`.
   */
  part<Type extends EventType>(
    manager: EntityManager,
    type: Type,
    event: NewEvent<Type>,
    source: string,
  ): StatementPart {
    const { envelope, text } = this.#write(type, event);
    return {
      text: `INSERT INTO ${tableIn(manager)} (event_id, type, aggregate, envelope, xact)
             SELECT $1::uuid, $2::text, $3::text, $4::json, pg_current_xact_id()::text::bigint FROM ${source}`,
      values: [envelope.id, envelope.type, envelope.subject, text],
    };
  }

  /** Kicks once what was written is committed; at once outside of a unit of work. */
  kickAfterCommit(): void {
    this.#unitOfWork.afterCommit(() => this.kick());
  }

  /** Something is due: the relay looks at once instead of at its next sweep. */
  kick(): void {
    this.#kicks.emit('kick');
  }

  onKick(listener: () => void): void {
    this.#kicks.on('kick', listener);
  }

  #write<Type extends EventType>(
    type: Type,
    event: NewEvent<Type>,
  ): { envelope: EventEnvelope<DataOf<Type>>; text: string } {
    if (type.owner !== this.#service) {
      throw new DomainError('internal', 'outbox.foreign-event', `${type.type} is not an event of ${this.#service}.`);
    }
    type.data.parse(event.data);
    const { traceparent } = traceHeaders();
    const envelope: EventEnvelope<DataOf<Type>> = {
      specversion: '1.0',
      id: randomUUID(),
      source: `/waybill/${this.#service}`,
      type: type.type,
      subject: event.aggregate,
      time: new Date().toISOString(),
      datacontenttype: 'application/json',
      aggregateversion: event.aggregateVersion,
      ...(traceparent === undefined ? {} : { traceparent }),
      data: event.data,
    };
    const text = JSON.stringify(envelope);
    if (Buffer.byteLength(text) > maxEventBytes) {
      throw new DomainError('limit', 'outbox.event-too-large', `An event ${type.type} is too large.`);
    }
    return { envelope, text };
  }
}

function tableIn(manager: EntityManager): string {
  return manager.getRepository(OutboxEntity).metadata.tablePath;
}
