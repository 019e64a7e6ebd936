import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from '@waybill/observability';
import { UnitOfWork } from '@waybill/persistence';
import { LOGGER } from '@waybill/service-host';
import type { EntityManager } from 'typeorm';
import { HourlyTurn } from '../hourly-turn.js';
import { OidcReplaysRepository } from './oidc-replays.repository.js';
import { PublisherTokensRepository } from '../tokens/publisher-tokens.repository.js';

const maxAtOnce = 5000;
const maxBatches = 200;

/**
 * Once an hour: forgets used ID tokens that nobody could use any more, and minted ones that are long over, which are many. Replicas do not
 * mind each other: each takes rows that the others have not.
 */
@Injectable()
export class ExchangeCare extends HourlyTurn {
  constructor(
    private readonly replays: OidcReplaysRepository,
    private readonly minted: PublisherTokensRepository,
    private readonly unitOfWork: UnitOfWork,
    @Inject(LOGGER) log: Logger,
  ) {
    super(log, 'exchanged tokens not forgotten');
  }

  protected override async turn(): Promise<void> {
    await this.#inBatches((manager) => this.replays.forget(manager, maxAtOnce));
    await this.#inBatches((manager) => this.minted.forget(manager, maxAtOnce));
  }

  async #inBatches(forget: (manager: EntityManager) => Promise<number>): Promise<void> {
    for (let batch = 0; batch < maxBatches; batch += 1) {
      if ((await this.unitOfWork.run(forget)) < maxAtOnce) return;
    }
  }
}
