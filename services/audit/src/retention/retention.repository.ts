import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

const rowsAtOnce = 1000;

@Injectable()
export class RetentionRepository {
  readonly #dataSource: DataSource;

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
  }

  /** Takes details and addresses out of some entries that are older than this. Resolves to whether there are more. */
  async forget(days: number): Promise<boolean> {
    const [, count] = await this.#dataSource.query<[unknown, number]>(
      `UPDATE chain_entries SET private = NULL WHERE (chain, position) IN (
         SELECT chain, position FROM chain_entries
          WHERE private IS NOT NULL AND recorded_at < now() - make_interval(days => $1) LIMIT ${rowsAtOnce})`,
      [days],
    );
    return count === rowsAtOnce;
  }
}
