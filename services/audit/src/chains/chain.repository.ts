import { Injectable } from '@nestjs/common';
import { MerkleFrontier, noHash } from '@waybill/audit-chain';
import { insertPart, runJoined } from '@waybill/persistence';
import type { EntityManager } from 'typeorm';
import { DataSource } from 'typeorm';
import { ChainEntryEntity } from './chain-entry.entity.js';
import { ChainEntity } from './chain.entity.js';

export interface ChainHead {
  readonly chain: string;
  readonly size: number;
  /** Leaf hash of the last entry, in hex. */
  readonly head: string;
  readonly tree: MerkleFrontier;
}

interface HeadRow {
  readonly size: string;
  readonly head: string;
  readonly frontier: Buffer;
}

@Injectable()
export class ChainRepository {
  readonly #dataSource: DataSource;

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
  }

  /** The end of a chain, made where there is none, and nobody else's until the transaction ends. */
  async lock(manager: EntityManager, chain: string): Promise<ChainHead> {
    const [row] = await manager.query<HeadRow[]>(
      `INSERT INTO chains (chain, head, frontier) VALUES ($1, $2, '')
       ON CONFLICT ON CONSTRAINT chains_pkey DO UPDATE SET chain = EXCLUDED.chain
       RETURNING size, head, frontier`,
      [chain, noHash],
    );
    if (row === undefined) throw new Error('The chain has no row.');
    return headOf(chain, row);
  }

  /** The end of a chain as it is now; an empty one where there is none. */
  async find(chain: string): Promise<ChainHead> {
    const [row] = await this.#dataSource.query<HeadRow[]>(`SELECT size, head, frontier FROM chains WHERE chain = $1`, [
      chain,
    ]);
    return row === undefined ? { chain, size: 0, head: noHash, tree: MerkleFrontier.empty() } : headOf(chain, row);
  }

  /**
   * The entry and the new end of its chain, in one statement; nothing where its event is in a chain already. Under the lock of
   * the chain.
   */
  async append(manager: EntityManager, entry: ChainEntryEntity, tree: MerkleFrontier): Promise<void> {
    const conflict = 'ON CONFLICT ON CONSTRAINT chain_entries_event_key DO NOTHING RETURNING chain';
    await runJoined(
      manager,
      {
        entry: insertPart(manager, ChainEntryEntity, [entry], { source: '(SELECT 1) AS once', conflict }),
        grown: {
          text: `UPDATE chains SET size = $2, head = $3, frontier = $4 FROM entry WHERE chains.chain = $1`,
          values: [entry.chain, entry.position, entry.leafHash, tree.toBytes()],
        },
      },
      'SELECT chain FROM entry',
    );
  }

  /** Chains that need a checkpoint: something is new, and much of it or since long. */
  async due(wish: { readonly events: number; readonly minutes: number; readonly limit: number }): Promise<string[]> {
    const rows = await this.#dataSource.query<Pick<ChainEntity, 'chain'>[]>(
      `SELECT chain FROM chains
        WHERE size > checkpointed_size
          AND (size - checkpointed_size >= $1 OR checkpointed_at < now() - make_interval(mins => $2))
        ORDER BY checkpointed_at LIMIT $3`,
      [wish.events, wish.minutes, wish.limit],
    );
    return rows.map(({ chain }) => chain);
  }
}

function headOf(chain: string, row: HeadRow): ChainHead {
  const size = Number(row.size);
  return { chain, size, head: row.head, tree: MerkleFrontier.fromBytes(size, row.frontier) };
}
