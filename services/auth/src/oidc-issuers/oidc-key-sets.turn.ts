import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from '@waybill/observability';
import { LOGGER } from '@waybill/service-host';
import { RepeatedTurn } from '../repeated-turn.js';
import { OidcKeySetsRepository } from './oidc-key-sets.repository.js';
import { OidcKeySets } from './oidc-key-sets.js';

const everyMilliseconds = 5000;
/** Fetches at a time and replica. */
const batch = 64;
/** Batches in a turn, each of which takes five seconds where all of it hangs. */
const maxBatches = 100;

/** Reads the keys of organizations' issuers that are due, fairly between organizations, on one replica each. */
@Injectable()
export class OidcKeySetsTurn extends RepeatedTurn {
  #isStopping = false;

  constructor(
    private readonly due: OidcKeySetsRepository,
    private readonly keySets: OidcKeySets,
    @Inject(LOGGER) log: Logger,
  ) {
    super(log, 'keys of issuers not read', everyMilliseconds);
  }

  override onModuleDestroy(): Promise<void> {
    this.#isStopping = true;
    return super.onModuleDestroy();
  }

  protected override async turn(): Promise<void> {
    for (let round = 0; round < maxBatches && !this.#isStopping; round += 1) {
      const claimed = await this.due.claimDue(new Date(), batch);
      await Promise.all(claimed.map((id) => this.keySets.refresh(id)));
      if (claimed.length < batch) break;
    }
    await this.due.deleteOrphans(new Date());
  }
}
