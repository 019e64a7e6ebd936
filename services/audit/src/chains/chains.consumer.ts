import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { AuditEventFacts, EventEnvelope } from '@waybill/contracts';
import {
  auditRecordedByAdapterNpm,
  auditRecordedByAudit,
  auditRecordedByAuth,
  auditRecordedByNotifications,
  auditRecordedByPublish,
} from '@waybill/contracts';
import { OnEvent } from '@waybill/messaging';
import { unavailableDatabase } from '@waybill/persistence';
import { ChainWriter } from './chain-writer.js';

type Recorded = EventEnvelope<AuditEventFacts>;

const patienceMilliseconds = 10 * 60_000;
const pauseMilliseconds = 1000;

/**
 * What the services have audited. Each type stands for its service, since nobody else may publish it (W10): what an event says
 * of its source is not looked at. A database that is away is waited for, so that no event becomes a dead letter for that.
 */
@Injectable()
export class ChainsConsumer implements OnModuleDestroy {
  readonly #chains: ChainWriter;
  readonly #stop = new AbortController();

  constructor(chains: ChainWriter) {
    this.#chains = chains;
  }

  onModuleDestroy(): void {
    this.#stop.abort();
  }

  @OnEvent(auditRecordedByAuth)
  onAuth({ data }: Recorded): Promise<void> {
    return this.#append(auditRecordedByAuth.owner, data);
  }

  @OnEvent(auditRecordedByPublish)
  onPublish({ data }: Recorded): Promise<void> {
    return this.#append(auditRecordedByPublish.owner, data);
  }

  @OnEvent(auditRecordedByAdapterNpm)
  onAdapterNpm({ data }: Recorded): Promise<void> {
    return this.#append(auditRecordedByAdapterNpm.owner, data);
  }

  @OnEvent(auditRecordedByNotifications)
  onNotifications({ data }: Recorded): Promise<void> {
    return this.#append(auditRecordedByNotifications.owner, data);
  }

  @OnEvent(auditRecordedByAudit)
  onAudit({ data }: Recorded): Promise<void> {
    return this.#append(auditRecordedByAudit.owner, data);
  }

  async #append(source: string, facts: AuditEventFacts): Promise<void> {
    const patience = performance.now() + patienceMilliseconds;
    for (;;) {
      try {
        await this.#chains.append(source, facts);
        return;
      } catch (error) {
        const isOver = this.#stop.signal.aborted || performance.now() > patience;
        if (isOver || unavailableDatabase(error) === undefined) throw error;
      }
      await delay(pauseMilliseconds, undefined, { signal: this.#stop.signal, ref: false }).catch(() => undefined);
    }
  }
}
