import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '@waybill/persistence';
import { DataSource, LessThan } from 'typeorm';
import { CheckpointEntity } from './checkpoint.entity.js';

@Injectable()
export class CheckpointRepository {
  readonly #dataSource: DataSource;
  readonly #unitOfWork: UnitOfWork;

  constructor(dataSource: DataSource, unitOfWork: UnitOfWork) {
    this.#dataSource = dataSource;
    this.#unitOfWork = unitOfWork;
  }

  find(chain: string, size: number): Promise<CheckpointEntity | null> {
    return this.#dataSource.getRepository(CheckpointEntity).findOneBy({ chain, size });
  }

  /** Newest first. */
  page(chain: string, below: number, limit: number): Promise<CheckpointEntity[]> {
    return this.#dataSource
      .getRepository(CheckpointEntity)
      .find({ where: { chain, size: LessThan(below) }, order: { size: 'DESC' }, take: limit });
  }

  /** Keeps it unless there is one of that size; resolves to the one that is kept. */
  async keep(checkpoint: CheckpointEntity): Promise<CheckpointEntity> {
    const { chain, size } = checkpoint;
    await this.#unitOfWork.run(async (manager) => {
      await manager.query(
        `INSERT INTO checkpoints (chain, size, root_hash, at, key_name, note) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT ON CONSTRAINT checkpoints_pkey DO NOTHING`,
        [chain, size, checkpoint.rootHash, checkpoint.at, checkpoint.keyName, checkpoint.note],
      );
      await manager.query(
        `UPDATE chains SET checkpointed_size = $2, checkpointed_at = now() WHERE chain = $1 AND checkpointed_size < $2`,
        [chain, size],
      );
    });
    return (await this.find(chain, size)) ?? checkpoint;
  }
}
