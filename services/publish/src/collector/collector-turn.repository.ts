import { Injectable } from '@nestjs/common';
import { toDomainError } from '@waybill/domain';
import { DataSource, MoreThan, type Repository } from 'typeorm';
import { BackgroundRunEntity } from './background-run.entity.js';

const lock = `hashtext(current_schema() || '.' || $1)`;

/** Lets one replica at a time collect, and notes how that went. */
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
        return await this.#noted(name, work);
      } finally {
        await runner.query(`SELECT pg_advisory_unlock(${lock})`, [name]);
      }
    } finally {
      await runner.release();
    }
  }

  /** The last run of each, by name, those after `after`. */
  runs(after: string, limit: number): Promise<BackgroundRunEntity[]> {
    return this.#table().find({ where: { name: MoreThan(after) }, order: { name: 'ASC' }, take: limit });
  }

  async #noted<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
    await this.#table().upsert({ name, startedAt: new Date(), endedAt: null, error: null }, ['name']);
    try {
      const result = await work();
      await this.#table().update({ name }, { endedAt: new Date() });
      return result;
    } catch (thrown) {
      await this.#table().update({ name }, { endedAt: new Date(), error: toDomainError(thrown).code });
      throw thrown;
    }
  }

  #table(): Repository<BackgroundRunEntity> {
    return this.#dataSource.getRepository(BackgroundRunEntity);
  }
}
