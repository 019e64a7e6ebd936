import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { Logger } from '@waybill/observability';
import { UnitOfWork } from '@waybill/persistence';
import { LOGGER } from '@waybill/service-host';
import type { AuditActor } from './audit-actor.js';
import type { AuditEntry } from './audit-trail.js';
import { AuditTrail } from './audit-trail.js';

const windowMilliseconds = 60_000;
const flushMilliseconds = 10_000;
/** Different things that are refused to one actor within a minute; more are one event together. */
const maxPerActor = 100;
const maxKept = 10_000;

interface Repeated {
  readonly by: AuditActor;
  readonly entry: AuditEntry;
  readonly since: number;
  /** Of those that are in no event yet. */
  count: number;
}

/**
 * Audits what was refused, and no more of it than anybody can read: the first time at once, repetitions within a minute as one
 * event with their number. So nobody fills the audit by asking again and again (security.md W4). What was counted by a
 * replica that crashes is lost.
 */
@Injectable()
export class Refusals implements OnModuleDestroy {
  readonly #audit: AuditTrail;
  readonly #unitOfWork: UnitOfWork;
  readonly #log: Logger;
  readonly #repeated = new Map<string, Repeated>();
  readonly #different = new Map<string, number>();
  readonly #writing = new Set<Promise<void>>();
  readonly #timer: NodeJS.Timeout;

  constructor(audit: AuditTrail, unitOfWork: UnitOfWork, @Inject(LOGGER) log: Logger) {
    this.#audit = audit;
    this.#unitOfWork = unitOfWork;
    this.#log = log;
    this.#timer = setInterval(() => void this.flush(Date.now() - windowMilliseconds), flushMilliseconds).unref();
  }

  /** Before the database goes. */
  async onModuleDestroy(): Promise<void> {
    clearInterval(this.#timer);
    await this.flush(Infinity);
    await Promise.all(this.#writing);
  }

  /**
   * `by` without a person is told apart by its address. Never rejects: what is refused stays refused, and what could not be
   * written is logged.
   */
  async record(by: AuditActor, entry: AuditEntry): Promise<void> {
    const who = by.actor === 'anonymous' ? `anonymous ${by.clientAddress ?? ''}` : by.actor;
    const known = this.#repeated.get(keyOf(who, entry));
    if (known !== undefined) {
      known.count += 1;
      return;
    }
    const different = this.#different.get(who) ?? 0;
    if (different >= maxPerActor || this.#repeated.size >= maxKept) {
      const many = { ...entry, subject: 'many', details: {} };
      const everybody = this.#repeated.size >= maxKept ? { actor: by.actor } : by;
      this.#countTogether(everybody, many);
      return;
    }
    this.#different.set(who, different + 1);
    this.#repeated.set(keyOf(who, entry), { by, entry, since: Date.now(), count: 0 });
    await this.#write(by, entry);
  }

  /** Writes down what was repeated, of the windows that began before. */
  async flush(before: number): Promise<void> {
    const over = [...this.#repeated].filter(([, { since }]) => since <= before);
    for (const [key] of over) this.#repeated.delete(key);
    this.#different.clear();
    for (const [key] of this.#repeated) {
      const who = key.slice(0, key.indexOf('\n'));
      this.#different.set(who, (this.#different.get(who) ?? 0) + 1);
    }
    for (const [, { by, entry, since, count }] of over) {
      if (count === 0) continue;
      const repeated = { count, since: new Date(since).toISOString() };
      await this.#write(by, { ...entry, details: { ...entry.details, repeated } });
    }
  }

  #countTogether(by: AuditActor, entry: AuditEntry): void {
    const key = keyOf(by.actor === 'anonymous' ? `anonymous ${by.clientAddress ?? ''}` : by.actor, entry);
    const known = this.#repeated.get(key);
    if (known === undefined) this.#repeated.set(key, { by, entry, since: Date.now(), count: 1 });
    else known.count += 1;
  }

  async #write(by: AuditActor, entry: AuditEntry): Promise<void> {
    const work: Promise<void> = this.#unitOfWork
      .run((manager) => this.#audit.record(manager, by, { ...entry, outcome: 'refused' }))
      .catch((error: unknown) => this.#log.error({ err: error }, 'A refusal could not be audited.'))
      .finally(() => this.#writing.delete(work));
    this.#writing.add(work);
    await work;
  }
}

function keyOf(who: string, { action, subject, organizationId }: AuditEntry): string {
  return [who, action, subject, organizationId ?? ''].join('\n');
}
