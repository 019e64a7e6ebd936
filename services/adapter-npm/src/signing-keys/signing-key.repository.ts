import { Injectable } from '@nestjs/common';
import type { AuditActor, AuditEntry } from '@waybill/audit';
import { AuditTrail } from '@waybill/audit';
import { DomainError } from '@waybill/domain';
import { UnitOfWork } from '@waybill/persistence';
import type { EntityManager } from 'typeorm';
import { DataSource, IsNull } from 'typeorm';
import { SigningKeyEntity } from './signing-key.entity.js';
import { keyType } from './signing-key.rules.js';

// What is being projected while the key changes is still signed by the old one, by another clock than the database's.
const graceSeconds = 60;
/** Every client that checks signatures reads the list of all keys. */
const maxRetiredKeys = 100;
/** A projection that took a key before it expired has ended by now. */
const settledSeconds = 600;

@Injectable()
export class SigningKeyRepository {
  readonly #dataSource: DataSource;
  readonly #unitOfWork: UnitOfWork;
  readonly #audit: AuditTrail;

  constructor(dataSource: DataSource, unitOfWork: UnitOfWork, audit: AuditTrail) {
    this.#dataSource = dataSource;
    this.#unitOfWork = unitOfWork;
    this.#audit = audit;
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

  /**
   * The key that signs from now on; the one before it expires in a minute. Rotations at once happen one after another.
   * Where there are as many retired keys as there may be, the oldest go that signed nothing that is still here. `entry` is
   * written with it. Errors: `conflict` `npm.signing-keys-full`.
   */
  async rotateTo(key: SigningKeyEntity, by: AuditActor, entry: AuditEntry): Promise<void> {
    await this.#unitOfWork.run(async (manager) => {
      await manager.query(`LOCK TABLE signing_keys IN SHARE ROW EXCLUSIVE MODE`);
      const removed = await this.#makeRoom(manager);
      await manager.query(
        `UPDATE signing_keys SET expires_at = clock_timestamp() + make_interval(secs => $1) WHERE expires_at IS NULL`,
        [graceSeconds],
      );
      await manager.getRepository(SigningKeyEntity).insert(key);
      await this.#audit.record(manager, by, { ...entry, details: { ...entry.details, removed } });
    });
  }

  /** Room for one more retired key. Resolves to the ids of those that went. */
  async #makeRoom(manager: EntityManager): Promise<string[]> {
    const all = await manager.getRepository(SigningKeyEntity).count();
    const tooMany = all - maxRetiredKeys;
    if (tooMany <= 0) return [];
    const rows: { keyid: string }[] = await manager.query(
      `WITH used AS (
         SELECT DISTINCT signature ->> 'keyid' AS keyid FROM releases, jsonb_array_elements(signatures) AS signature
       ), unused AS (
         SELECT keyid FROM signing_keys
          WHERE expires_at < clock_timestamp() - make_interval(secs => $2) AND keyid NOT IN (SELECT keyid FROM used)
          ORDER BY created_at LIMIT $1
       ), removed AS (
         DELETE FROM signing_keys WHERE keyid IN (SELECT keyid FROM unused) RETURNING keyid
       )
       SELECT keyid FROM removed`,
      [tooMany, settledSeconds],
    );
    if (rows.length === tooMany) return rows.map(({ keyid }) => keyid);
    throw new DomainError(
      'conflict',
      'npm.signing-keys-full',
      `There are ${maxRetiredKeys} retired keys already, and each of them signed packages that are still served.`,
    );
  }
}
