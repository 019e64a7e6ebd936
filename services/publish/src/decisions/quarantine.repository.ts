import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

@Injectable()
export class QuarantineRepository {
  readonly #dataSource: DataSource;

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
  }

  /** How many releases were submitted before `time` and are quarantined still, and when the first of them was. */
  async submittedBefore(time: Date): Promise<{ count: number; oldest: Date | null }> {
    const [row] = await this.#dataSource.query<{ count: number; oldest: Date | null }[]>(
      `SELECT count(*)::integer AS count, min(submitted_at) AS oldest FROM releases
        WHERE state = 'quarantined' AND submitted_at < $1`,
      [time],
    );
    return row ?? { count: 0, oldest: null };
  }
}
