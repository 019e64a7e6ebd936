import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { ChainEntryEntity } from '../chains/chain-entry.entity.js';

/** What is looked for in a chain; all of it that is given. */
export interface EntryFilter {
  readonly actor?: string | undefined;
  /** Whoever acted for this person, with whatever token. */
  readonly actorUserId?: string | undefined;
  readonly action?: string | undefined;
  readonly subject?: string | undefined;
  readonly outcome?: string | undefined;
  /** Not before. */
  readonly since?: Date | undefined;
  /** Before. */
  readonly until?: Date | undefined;
}

export interface EntryPage {
  readonly chain: string;
  readonly filter: EntryFilter;
  /** Only those between the two. */
  readonly above: number;
  readonly below: number;
  readonly order: 'ASC' | 'DESC';
  readonly limit: number;
}

@Injectable()
export class EntryRepository {
  readonly #dataSource: DataSource;

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
  }

  page({ chain, filter, above, below, order, limit }: EntryPage): Promise<ChainEntryEntity[]> {
    const query = this.#dataSource
      .getRepository(ChainEntryEntity)
      .createQueryBuilder('entry')
      .where('entry.chain = :chain AND entry.position > :above AND entry.position < :below', { chain, above, below });
    for (const [condition, value] of conditionsOf(filter)) {
      if (value !== undefined) query.andWhere(condition, { [nameIn(condition)]: value });
    }
    return query.orderBy('entry.position', order).limit(limit).getMany();
  }
}

function conditionsOf(filter: EntryFilter): [string, string | Date | undefined][] {
  return [
    ['entry.actor = :actor', filter.actor],
    ['entry.actor_user_id = :person', filter.actorUserId],
    ['entry.action = :action', filter.action],
    ['entry.subject = :subject', filter.subject],
    ['entry.outcome = :outcome', filter.outcome],
    ['entry.at >= :since', filter.since],
    ['entry.at < :until', filter.until],
  ];
}

function nameIn(condition: string): string {
  return condition.slice(condition.indexOf(':') + 1);
}
