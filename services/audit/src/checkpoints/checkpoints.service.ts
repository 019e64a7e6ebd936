import { Inject, Injectable } from '@nestjs/common';
import type { Checkpoint } from '@waybill/audit-chain';
import type { Logger } from '@waybill/observability';
import { LOGGER } from '@waybill/service-host';
import { ChainRepository } from '../chains/chain.repository.js';
import { AuditKeysService } from '../keys/audit-keys.service.js';
import { CheckpointEntity } from './checkpoint.entity.js';
import { CheckpointRepository } from './checkpoint.repository.js';

@Injectable()
export class CheckpointsService {
  readonly #chains: ChainRepository;
  readonly #checkpoints: CheckpointRepository;
  readonly #keys: AuditKeysService;
  readonly #log: Logger;

  constructor(
    chains: ChainRepository,
    checkpoints: CheckpointRepository,
    keys: AuditKeysService,
    @Inject(LOGGER) log: Logger,
  ) {
    this.#chains = chains;
    this.#checkpoints = checkpoints;
    this.#keys = keys;
    this.#log = log;
  }

  /**
   * The checkpoint of a chain as it is now. The one that there is, where nothing is new and the installation has signed it, also
   * if the chain was rewritten since, which shows by it; one that somebody else wrote into the database stays there, and nobody
   * gets it (security.md W9).
   */
  async make(chain: string): Promise<CheckpointEntity> {
    const { size, tree } = await this.#chains.find(chain);
    const read = await this.#keys.reader();
    const existing = await this.#checkpoints.find(chain, size);
    if (existing !== null && isOf(existing, read(existing.note))) return existing;
    const at = new Date();
    const rootHash = tree.root();
    const signed = await this.#keys.sign({ chain, size, rootHash, time: at.toISOString() });
    const made = { chain, size, rootHash: rootHash.toString('hex'), at, ...signed };
    // A chain without entries has no row, and nothing to hold anybody to.
    if (size === 0) return made;
    const kept = await this.#checkpoints.keep(Object.assign(new CheckpointEntity(), made));
    // Another replica may have signed it, and with a key that was made a moment ago.
    if (kept.note === made.note || isOf(kept, (await this.#keys.reader())(kept.note))) return kept;
    this.#log.error({ chain, size }, 'There is a checkpoint of the audit which this installation has not signed.');
    return made;
  }

  /** Those of a chain with fewer entries than `below`, newest first; `next`: below which there are more. */
  async list(
    chain: string,
    below: number,
    limit: number,
  ): Promise<{ readonly checkpoints: readonly CheckpointEntity[]; readonly next: number | undefined }> {
    const [found, read] = await Promise.all([this.#checkpoints.page(chain, below, limit), this.#keys.reader()]);
    const last = found.length === limit ? found.at(-1) : undefined;
    return { checkpoints: found.filter((row) => isOf(row, read(row.note))), next: last?.size };
  }
}

/** Whether the row says what its note says, which the installation has signed. */
function isOf(row: CheckpointEntity, said: (Checkpoint & { readonly keyName: string }) | undefined): boolean {
  if (said?.chain !== row.chain || said.size !== row.size || said.keyName !== row.keyName) return false;
  return said.rootHash.toString('hex') === row.rootHash && said.time === row.at.toISOString();
}
