import { Injectable } from '@nestjs/common';
import type { Approval, ReleaseId, UserId } from '@waybill/domain';
import type { StatementPart } from '@waybill/persistence';
import type { EntityManager } from 'typeorm';
import { DataSource, In } from 'typeorm';
import type { ReleaseEntity } from '../releases/release.entity.js';
import { StagedApprovalEntity } from './staged-approval.entity.js';

@Injectable()
export class StagedApprovalsRepository {
  readonly #dataSource: DataSource;

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
  }

  /** Of each release, whatever they are worth. */
  async of(
    releaseIds: readonly ReleaseId[],
    manager: EntityManager = this.#dataSource.manager,
  ): Promise<ReadonlyMap<ReleaseId, readonly StagedApprovalEntity[]>> {
    const found = await manager.getRepository(StagedApprovalEntity).findBy({ releaseId: In([...releaseIds]) });
    return Map.groupBy(found, ({ releaseId }) => releaseId);
  }

  /** In the place of one of the same person that is worth nothing any more. */
  async save(manager: EntityManager, approval: StagedApprovalEntity): Promise<void> {
    await manager.getRepository(StagedApprovalEntity).upsert(approval, ['releaseId', 'userId']);
  }

  async remove(manager: EntityManager, releaseId: ReleaseId, userIds: readonly UserId[]): Promise<void> {
    if (userIds.length === 0) return;
    await manager.getRepository(StagedApprovalEntity).delete({ releaseId, userId: In([...userIds]) });
  }

  /** It goes on to be checked; a part of a larger statement, if its part `source` has a row. */
  approvedPart(release: ReleaseEntity, approvals: readonly Approval[], source: string): StatementPart {
    const { releaseId, state, staging, approvedAt } = release;
    return {
      text: `UPDATE releases SET state = $2, approvals = $3, staging = $4, approved_at = $5 FROM ${source} WHERE release_id = $1`,
      values: [releaseId, state, JSON.stringify(approvals), staging, approvedAt],
    };
  }
}
