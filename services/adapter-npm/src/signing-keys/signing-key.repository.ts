import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '@waybill/persistence';
import type { EntityManager } from 'typeorm';
import { DataSource, IsNull } from 'typeorm';
import { SigningKeyEntity } from './signing-key.entity.js';
import { keyType } from './signing-key.rules.js';

// What is being projected while the key changes is still signed by the old one, by another clock than the database's.
const graceSeconds = 60;

@Injectable()
export class SigningKeyRepository {
  readonly #dataSource: DataSource;
  readonly #unitOfWork: UnitOfWork;

  constructor(dataSource: DataSource, unitOfWork: UnitOfWork) {
    this.#dataSource = dataSource;
    this.#unitOfWork = unitOfWork;
  }

  /** The key that signs now; inside of a transaction when a manager is given. */
  current(manager: EntityManager = this.#dataSource.manager): Promise<SigningKeyEntity | null> {
    return manager.getRepository(SigningKeyEntity).findOneBy({ keyType, expiresAt: IsNull() });
  }

  all(): Promise<SigningKeyEntity[]> {
    return this.#dataSource.getRepository(SigningKeyEntity).find({ order: { createdAt: 'DESC' } });
  }

  /** Takes the key where there is none yet. Of several at once, one wins. Resolves to whether this one did. */
  async insertFirst(key: SigningKeyEntity): Promise<boolean> {
    const rows: unknown[] = await this.#dataSource.query(
      `INSERT INTO signing_keys (keyid, key_type, public_key, sealed_private_key, created_at, expires_at)
       VALUES ($1, $2, $3, $4, $5, NULL) ON CONFLICT DO NOTHING RETURNING keyid`,
      [key.keyid, key.keyType, key.publicKey, key.sealedPrivateKey, key.createdAt],
    );
    return rows.length > 0;
  }

  /** The key that signs from now on; the one before it expires in a minute. Rotations at once happen one after another. */
  async rotateTo(key: SigningKeyEntity): Promise<void> {
    await this.#unitOfWork.run(async (manager) => {
      await manager.query(`LOCK TABLE signing_keys IN SHARE ROW EXCLUSIVE MODE`);
      await manager.query(
        `UPDATE signing_keys SET expires_at = clock_timestamp() + make_interval(secs => $1) WHERE expires_at IS NULL`,
        [graceSeconds],
      );
      await manager.getRepository(SigningKeyEntity).insert(key);
    });
  }
}
