import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

const lock = `hashtext(current_schema() || '.' || $1)`;

/** Lets one replica at a time collect. */
@Injectable()
export class CollectorTurnRepository {
  readonly #dataSource: DataSource;

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
  }

  /** Runs `work` unless another replica is at work of this name; then resolves to undefined at once. */
  async take<Result>(work: () => Promise<Result>, name = 'collector'): Promise<Result | undefined> {
    const runner = this.#dataSource.createQueryRunner();
    try {
      const [row] = (await runner.query(`SELECT pg_try_advisory_lock(${lock}) AS mine`, [name])) as { mine: boolean }[];
      if (row?.mine !== true) return undefined;
      try {
        return await work();
      } finally {
        await runner.query(`SELECT pg_advisory_unlock(${lock})`, [name]);
      }
    } finally {
      await runner.release();
    }
  }
}
