import { Injectable } from '@nestjs/common';
import type { OrganizationId } from '@waybill/domain';
import type { EntityManager } from 'typeorm';
import { Brackets, DataSource, In, LessThanOrEqual, MoreThan } from 'typeorm';
import type { TransferState } from './transfer.entity.js';
import { TransferEntity } from './transfer.entity.js';

export interface WantedTransfers {
  /** Whose, on either side; `all` for installation admins. */
  readonly organizations: 'all' | readonly OrganizationId[];
  readonly state?: TransferState;
  readonly after?: { readonly requestedAt: string; readonly transferId: string };
  readonly limit: number;
}

@Injectable()
export class TransferRepository {
  readonly #dataSource: DataSource;

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
  }

  find(transferId: string): Promise<TransferEntity | null> {
    return this.#table().findOneBy({ transferId });
  }

  lock(manager: EntityManager, transferId: string): Promise<TransferEntity | null> {
    return this.#table(manager).findOne({ where: { transferId }, lock: { mode: 'pessimistic_write' } });
  }

  async insert(manager: EntityManager, transfer: TransferEntity): Promise<void> {
    await this.#table(manager).insert(transfer);
  }

  async settle(
    manager: EntityManager,
    transfer: TransferEntity,
    state: TransferState,
    settledBy: string | null,
  ): Promise<void> {
    const settled = { state, settledBy, settledAt: new Date() };
    Object.assign(transfer, settled);
    await this.#table(manager).update({ transferId: transfer.transferId }, settled);
  }

  /** Writes down that time has run out for what was offered of this subject. */
  async expireOld(manager: EntityManager, subjectId: string, now: Date): Promise<void> {
    const due = { subjectId, state: 'pending', expiresAt: LessThanOrEqual(now) } as const;
    await this.#table(manager).update(due, { state: 'expired', settledAt: now });
  }

  findPending(manager: EntityManager, subjectId: string): Promise<TransferEntity | null> {
    return this.#table(manager).findOneBy({ subjectId, state: 'pending' });
  }

  countPending(manager: EntityManager, fromOrganizationId: OrganizationId, now: Date): Promise<number> {
    return this.#table(manager).countBy({ fromOrganizationId, state: 'pending', expiresAt: MoreThan(now) });
  }

  /** Newest first. */
  list({ organizations, state, after, limit }: WantedTransfers): Promise<TransferEntity[]> {
    const query = this.#table().createQueryBuilder('t');
    if (organizations !== 'all') {
      query.andWhere(
        new Brackets((where) => {
          where.where({ fromOrganizationId: In([...organizations]) });
          where.orWhere({ toOrganizationId: In([...organizations]) });
        }),
      );
    }
    if (state === 'pending') query.andWhere(`t.state = 'pending' AND t.expiresAt > now()`);
    else if (state === 'expired')
      query.andWhere(`(t.state = 'expired' OR (t.state = 'pending' AND t.expiresAt <= now()))`);
    else if (state !== undefined) query.andWhere({ state });
    if (after !== undefined) {
      query.andWhere(
        `(date_trunc('milliseconds', t.requestedAt), t.transferId) < (:requestedAt::timestamptz, :transferId::uuid)`,
        after,
      );
    }
    return query.orderBy('t.requestedAt', 'DESC').addOrderBy('t.transferId', 'DESC').limit(limit).getMany();
  }

  #table(manager: EntityManager = this.#dataSource.manager) {
    return manager.getRepository(TransferEntity);
  }
}
