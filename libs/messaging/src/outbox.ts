import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { Inject, Injectable } from '@nestjs/common';
import type { DataOf, EventEnvelope, EventType } from '@waybill/contracts';
import { DomainError } from '@waybill/domain';
import { traceHeaders } from '@waybill/observability';
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

  /**
   * Errors, all mistakes of ours, and refused here because an event that cannot be sent would hold up all that follow: a
   * ZodError when the data is not what the contract says; `internal` `outbox.foreign-event`; `limit` `outbox.event-too-large`.
   */
  async append<Type extends EventType>(
    manager: EntityManager,
    type: Type,
    event: NewEvent<Type>,
  ): Promise<EventEnvelope<DataOf<Type>>> {
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
    await manager.query(
      `INSERT INTO ${manager.getRepository(OutboxEntity).metadata.tablePath} (event_id, type, aggregate, envelope, xact)
       VALUES ($1, $2, $3, $4, pg_current_xact_id()::text::bigint)`,
      [envelope.id, envelope.type, envelope.subject, text],
    );
    this.#unitOfWork.afterCommit(() => this.kick());
    return envelope;
  }

  /** Something is due: the relay looks at once instead of at its next sweep. */
  kick(): void {
    this.#kicks.emit('kick');
  }

  onKick(listener: () => void): void {
    this.#kicks.on('kick', listener);
  }
}
