import { Injectable } from '@nestjs/common';
import { DataSource, IsNull } from 'typeorm';
import { AuditKeyEntity } from './audit-key.entity.js';

/** Every answer to an export's verifier has all of them. */
const maxListed = 100;

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
      .find({ order: { createdAt: 'DESC', name: 'ASC' }, take: maxListed });
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
