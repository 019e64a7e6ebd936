import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { Logger } from '@waybill/observability';
import { UnitOfWork } from '@waybill/persistence';
import { LOGGER } from '@waybill/service-host';
import type { EntityManager } from 'typeorm';
import { OidcReplaysRepository } from './oidc-replays.repository.js';
import { PublisherTokensRepository } from './publisher-tokens.repository.js';

const everyMilliseconds = 60 * 60_000;
const maxAtOnce = 5000;
const maxBatches = 200;

/**
 * Once an hour: forgets used ID tokens that nobody could use any more, and minted ones that are long over, which are many. Replicas do not
 * mind each other: each takes rows that the others have not.
 */
@Injectable()
export class ExchangeCare implements OnApplicationBootstrap, OnModuleDestroy {
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(
    private readonly replays: OidcReplaysRepository,
    private readonly minted: PublisherTokensRepository,
    private readonly unitOfWork: UnitOfWork,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.#timer = setInterval(() => void this.take(), everyMilliseconds).unref();
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.#timer);
    await this.#running;
  }

  /** One turn; what fails is logged and tried again an hour later. */
  take(): Promise<void> {
    this.#running = this.#running.then(() => this.#turn());
    return this.#running;
  }

  async #turn(): Promise<void> {
    try {
      await this.#inBatches((manager) => this.replays.forget(manager, maxAtOnce));
      await this.#inBatches((manager) => this.minted.forget(manager, maxAtOnce));
    } catch (error) {
      this.log.warn({ err: error }, 'exchanged tokens not forgotten');
    }
  }

  async #inBatches(forget: (manager: EntityManager) => Promise<number>): Promise<void> {
    for (let batch = 0; batch < maxBatches; batch += 1) {
      if ((await this.unitOfWork.run(forget)) < maxAtOnce) return;
    }
  }
}
