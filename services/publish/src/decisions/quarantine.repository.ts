import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

@Injectable()
export class QuarantineRepository {
  readonly #dataSource: DataSource;

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
  }

  /** How many releases are quarantined since before `time`, and since when the first of them is. */
  async quarantinedBefore(time: Date): Promise<{ count: number; oldest: Date | null }> {
    const [row] = await this.#dataSource.query<{ count: number; oldest: Date | null }[]>(
      `SELECT count(*)::integer AS count, min(coalesce(approved_at, submitted_at)) AS oldest FROM releases
        WHERE state = 'quarantined' AND coalesce(approved_at, submitted_at) < $1`,
      [time],
    );
    return row ?? { count: 0, oldest: null };
  }
}
