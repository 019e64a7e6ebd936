import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { RebuildEntity } from './rebuild.entity.js';

@Injectable()
export class RebuildRepository {
  readonly #dataSource: DataSource;

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
  }

  isFinished(): Promise<boolean> {
    return this.#dataSource.getRepository(RebuildEntity).exists();
  }

  async finish(): Promise<void> {
    await this.#dataSource.getRepository(RebuildEntity).insert({ finishedAt: new Date() });
  }
}
