import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager, IsNull } from 'typeorm';
import { AuditKeyEntity } from './audit-key.entity.js';

/** Every answer to an export's verifier has all of them. */
export const maxKeys = 100;

@Injectable()
export class AuditKeyRepository {
  readonly #dataSource: DataSource;

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
  }

  /** The key that signs now. */
  current(): Promise<AuditKeyEntity | null> {
    return this.#dataSource.getRepository(AuditKeyEntity).findOneBy({ retiredAt: IsNull() });
  }

  /** Newest first, retired ones included. */
  all(): Promise<AuditKeyEntity[]> {
    return this.#dataSource
      .getRepository(AuditKeyEntity)
      .find({ order: { createdAt: 'DESC', name: 'ASC' }, take: maxKeys });
  }

  find(name: string): Promise<AuditKeyEntity | null> {
    return this.#dataSource.getRepository(AuditKeyEntity).findOneBy({ name });
  }

  /** The key that signs now; nobody else changes that until the transaction ends. */
  lockCurrent(manager: EntityManager): Promise<AuditKeyEntity | null> {
    return manager
      .getRepository(AuditKeyEntity)
      .findOne({ where: { retiredAt: IsNull() }, lock: { mode: 'pessimistic_write' } });
  }

  count(manager: EntityManager): Promise<number> {
    return manager.getRepository(AuditKeyEntity).count();
  }

  async replace(manager: EntityManager, retired: string, key: AuditKeyEntity): Promise<void> {
    const keys = manager.getRepository(AuditKeyEntity);
    await keys.update({ name: retired }, { retiredAt: key.createdAt });
    await keys.insert(key);
  }

  /** Takes the key where there is none yet. Of several at once, one wins. Resolves to whether this one did. */
  async insertFirst(key: AuditKeyEntity): Promise<boolean> {
    const rows = await this.#dataSource.query<unknown[]>(
      `INSERT INTO audit_keys (name, algorithm, public_key, sealed_private_key, created_at)
       VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING RETURNING name`,
      [key.name, key.algorithm, key.publicKey, key.sealedPrivateKey, key.createdAt],
    );
    return rows.length > 0;
  }
}
