import { Injectable } from '@nestjs/common';
import type { UserId } from '@waybill/domain';
import { DataSource, type EntityManager, IsNull, Not } from 'typeorm';
import { RecoveryCodeEntity } from './recovery-code.entity.js';
import { TwoFactorEntity } from './two-factor.entity.js';

@Injectable()
export class TwoFactorsRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** Replaces what was begun before. */
  async begin(manager: EntityManager, userId: UserId, sealedSecret: Buffer): Promise<void> {
    const fresh = { userId, sealedSecret, createdAt: new Date(), confirmedAt: null, lastStep: null };
    await this.#table(manager).upsert(fresh, ['userId']);
  }

  async findConfirmed(userId: UserId): Promise<TwoFactorEntity | undefined> {
    return (await this.#table().findOneBy({ userId, confirmedAt: Not(IsNull()) })) ?? undefined;
  }

  async findBegun(manager: EntityManager, userId: UserId): Promise<TwoFactorEntity | undefined> {
    return (await this.#table(manager).findOneBy({ userId, confirmedAt: IsNull() })) ?? undefined;
  }

  async confirm(manager: EntityManager, userId: UserId, step: number): Promise<void> {
    await this.#table(manager).update({ userId }, { confirmedAt: new Date(), lastStep: String(step) });
  }

  /**
   * Takes the step if it is later than the last one that was taken: of fifty that come with one code, one gets it (W7).
   * `sealedSecret`: the one that the code was checked against, so that a new one is not used up by an old code.
   */
  async takeStep({ userId, sealedSecret }: TwoFactorEntity, step: number): Promise<boolean> {
    const { affected } = await this.#table()
      .createQueryBuilder()
      .update()
      .set({ lastStep: String(step) })
      .where('user_id = :userId AND sealed_secret = :sealedSecret AND confirmed_at IS NOT NULL', {
        userId,
        sealedSecret,
      })
      .andWhere('(last_step IS NULL OR last_step < :step)', { step })
      .execute();
    return affected === 1;
  }

  async replaceRecoveryCodes(manager: EntityManager, userId: UserId, hashes: readonly string[]): Promise<void> {
    await this.#codes(manager).delete({ userId });
    await this.#codes(manager).insert(hashes.map((codeHash) => ({ userId, codeHash })));
  }

  /** Whether there was such a code until now. */
  async takeRecoveryCode(manager: EntityManager, userId: UserId, codeHash: string): Promise<boolean> {
    const { affected } = await this.#codes(manager).delete({ userId, codeHash });
    return affected === 1;
  }

  countRecoveryCodes(userId: UserId, manager?: EntityManager): Promise<number> {
    return this.#codes(manager).countBy({ userId });
  }

  async remove(manager: EntityManager, userId: UserId): Promise<void> {
    await this.#codes(manager).delete({ userId });
    await this.#table(manager).delete({ userId });
  }

  #table(manager: EntityManager = this.dataSource.manager) {
    return manager.getRepository(TwoFactorEntity);
  }

  #codes(manager: EntityManager = this.dataSource.manager) {
    return manager.getRepository(RecoveryCodeEntity);
  }
}
