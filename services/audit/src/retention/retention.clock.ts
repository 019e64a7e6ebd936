import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { Logger } from '@waybill/observability';
import { LOGGER, SERVICE_CONFIG } from '@waybill/service-host';
import type { AuditConfig } from '../config.js';
import { Rounds } from '../rounds.js';
import { RetentionRepository } from './retention.repository.js';

const pauseMilliseconds = 60 * 60_000;

/** Forgets details and client addresses when their time is over, if the installation wants that. Hashes stay (ADR 0032). */
@Injectable()
export class RetentionClock implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #retention: RetentionRepository;
  readonly #days: number | undefined;
  readonly #log: Logger;
  readonly #rounds = new Rounds();

  constructor(
    retention: RetentionRepository,
    @Inject(SERVICE_CONFIG) config: AuditConfig,
    @Inject(LOGGER) log: Logger,
  ) {
    this.#retention = retention;
    this.#days = config.WAYBILL_AUDIT_RETENTION_DAYS;
    this.#log = log;
  }

  onApplicationBootstrap(): void {
    const days = this.#days;
    if (days !== undefined) this.#rounds.start(pauseMilliseconds, () => this.round(days), this.#log);
  }

  async onModuleDestroy(): Promise<void> {
    await this.#rounds.stop();
  }

  async round(days: number): Promise<void> {
    while (!this.#rounds.stopping && (await this.#retention.forget(days)));
  }
}
