import { Injectable } from '@nestjs/common';
import type { UserId } from '@waybill/domain';
import { DataSource, type EntityManager } from 'typeorm';
import type { IdentityProvider } from './external-identity.js';
import { ExternalIdentityEntity } from './external-identity.entity.js';

@Injectable()
export class ExternalIdentitiesRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** Keeps others with that identity waiting until the transaction ends: of fifty first sign-ins one makes the account. */
  async lock(manager: EntityManager, provider: IdentityProvider, subject: string): Promise<void> {
    const key = `auth.external-identity:${provider}:${subject}`;
    await manager.query(`SELECT pg_advisory_xact_lock(hashtextextended($1, 0))`, [key]);
  }

  async find(
    manager: EntityManager,
    provider: IdentityProvider,
    subject: string,
  ): Promise<ExternalIdentityEntity | undefined> {
    return (await this.#table(manager).findOneBy({ provider, subject })) ?? undefined;
  }

  async insert(
    manager: EntityManager,
    identity: Pick<ExternalIdentityEntity, 'provider' | 'subject' | 'userId'>,
  ): Promise<void> {
    await this.#table(manager).insert(identity);
  }

  async seen(manager: EntityManager, { provider, subject }: ExternalIdentityEntity): Promise<void> {
    await this.#table(manager).update({ provider, subject }, { lastSeenAt: new Date() });
  }

  /** A sign-on that the provider vouched for at that time is finished, once. */
  async signedIn(
    manager: EntityManager,
    { provider, subject }: ExternalIdentityEntity,
    vouchedAt: Date,
  ): Promise<void> {
    await this.#table(manager).update({ provider, subject }, { signedInUntil: vouchedAt });
  }

  listOf(userId: UserId, manager?: EntityManager): Promise<ExternalIdentityEntity[]> {
    return this.#table(manager).find({ where: { userId }, order: { provider: 'ASC' } });
  }

  /** Whether there was one. */
  async remove(manager: EntityManager, userId: UserId, provider: IdentityProvider): Promise<boolean> {
    return (await this.#table(manager).delete({ userId, provider })).affected === 1;
  }

  #table(manager: EntityManager = this.dataSource.manager) {
    return manager.getRepository(ExternalIdentityEntity);
  }
}
