import { Injectable } from '@nestjs/common';
import type { ChainEntryEntity } from '../chains/chain-entry.entity.js';
import type { EntryFilter } from './entry.repository.js';
import { EntryRepository } from './entry.repository.js';

/** An event has at most 32 KiB of details. */
const atOnce = 100;

@Injectable()
export class EntriesService {
  readonly #entries: EntryRepository;

  constructor(entries: EntryRepository) {
    this.#entries = entries;
  }

  /** Newest first. */
  page(chain: string, filter: EntryFilter, below: number, limit: number): Promise<ChainEntryEntity[]> {
    return this.#entries.page({ chain, filter, above: 0, below, order: 'DESC', limit });
  }

  /** Oldest first, up to the position `last`, a few at a time. */
  async *all(chain: string, filter: EntryFilter, last: number): AsyncGenerator<ChainEntryEntity> {
    for (let above = 0; ;) {
      const page = await this.#entries.page({ chain, filter, above, below: last + 1, order: 'ASC', limit: atOnce });
      yield* page;
      above = page.at(-1)?.position ?? last;
      if (page.length < atOnce) return;
    }
  }
}
