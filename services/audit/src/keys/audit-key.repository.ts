import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager, IsNull } from 'typeorm';
import { AuditKeyEntity } from './audit-key.entity.js';

/** Every answer to an export's verifier has all of them. */
export const maxKeys = 100;
/** Rows that are not the installation's own must not crowd out those that are. */
const maxRead = 10 * maxKeys;

@Injectable()
export class AuditKeyRepository {
  readonly #dataSource: DataSource;

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
  }

  /** Retired ones included. */
  all(manager: EntityManager = this.#dataSource.manager): Promise<AuditKeyEntity[]> {
    return manager.getRepository(AuditKeyEntity).find({ order: { createdAt: 'DESC', name: 'ASC' }, take: maxRead });
  }

  async endorse(endorsements: readonly { readonly name: string; readonly endorsement: string }[]): Promise<void> {
    const keys = this.#dataSource.getRepository(AuditKeyEntity);
    for (const { name, endorsement } of endorsements) {
      await keys.update({ name, endorsement: IsNull() }, { endorsement });
    }
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
      `INSERT INTO audit_keys (name, algorithm, public_key, sealed_private_key, created_at, endorsement)
       VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING RETURNING name`,
      [key.name, key.algorithm, key.publicKey, key.sealedPrivateKey, key.createdAt, key.endorsement],
    );
    return rows.length > 0;
  }
}
