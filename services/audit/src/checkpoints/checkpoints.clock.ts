import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { Logger } from '@waybill/observability';
import { LOGGER, SERVICE_CONFIG } from '@waybill/service-host';
import { ChainRepository } from '../chains/chain.repository.js';
import type { AuditConfig } from '../config.js';
import { Rounds } from '../rounds.js';
import { CheckpointsService } from './checkpoints.service.js';

const pauseMilliseconds = 15_000;
const atOnce = 100;

/** Signs a checkpoint of every chain in which there is enough new, or something new for long enough. Replicas may overlap. */
@Injectable()
export class CheckpointsClock implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #chains: ChainRepository;
  readonly #checkpoints: CheckpointsService;
  readonly #config: AuditConfig;
  readonly #log: Logger;
  readonly #rounds = new Rounds();

  constructor(
    chains: ChainRepository,
    checkpoints: CheckpointsService,
    @Inject(SERVICE_CONFIG) config: AuditConfig,
    @Inject(LOGGER) log: Logger,
  ) {
    this.#chains = chains;
    this.#checkpoints = checkpoints;
    this.#config = config;
    this.#log = log;
  }

  onApplicationBootstrap(): void {
    this.#rounds.start(pauseMilliseconds, () => this.round(), this.#log);
  }

  async onModuleDestroy(): Promise<void> {
    await this.#rounds.stop();
  }

  /** One look at all chains. */
  async round(): Promise<void> {
    const { WAYBILL_AUDIT_CHECKPOINT_EVENTS: events, WAYBILL_AUDIT_CHECKPOINT_MINUTES: minutes } = this.#config;
    for (;;) {
      const due = await this.#chains.due({ events, minutes, limit: atOnce });
      for (const chain of due) {
        if (this.#rounds.stopping) return;
        await this.#checkpoints.make(chain);
      }
      if (due.length < atOnce) return;
    }
  }
}
