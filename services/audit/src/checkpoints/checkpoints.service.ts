import { Injectable } from '@nestjs/common';
import { ChainRepository } from '../chains/chain.repository.js';
import { AuditKeysService } from '../keys/audit-keys.service.js';
import { CheckpointEntity } from './checkpoint.entity.js';
import { CheckpointRepository } from './checkpoint.repository.js';

@Injectable()
export class CheckpointsService {
  readonly #chains: ChainRepository;
  readonly #checkpoints: CheckpointRepository;
  readonly #keys: AuditKeysService;

  constructor(chains: ChainRepository, checkpoints: CheckpointRepository, keys: AuditKeysService) {
    this.#chains = chains;
    this.#checkpoints = checkpoints;
    this.#keys = keys;
  }

  /** The checkpoint of a chain as it is now. The one that there is, where nothing is new. */
  async make(chain: string): Promise<CheckpointEntity> {
    const { size, tree } = await this.#chains.find(chain);
    const existing = await this.#checkpoints.find(chain, size);
    if (existing !== null) return existing;
    const at = new Date();
    const rootHash = tree.root();
    const signed = await this.#keys.sign({ chain, size, rootHash, time: at.toISOString() });
    const made = { chain, size, rootHash: rootHash.toString('hex'), at, ...signed };
    // A chain without entries has no row, and nothing to hold anybody to.
    return size === 0 ? made : this.#checkpoints.keep(Object.assign(new CheckpointEntity(), made));
  }

  /** Those of a chain with fewer entries than `below`, newest first. */
  list(chain: string, below: number, limit: number): Promise<CheckpointEntity[]> {
    return this.#checkpoints.page(chain, below, limit);
  }
}
