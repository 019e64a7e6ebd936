import { Injectable } from '@nestjs/common';
import type { PackageId, ReleaseId, ReleaseState } from '@waybill/domain';
import { releaseStates, isVisible } from '@waybill/domain';
import type { EntityManager } from 'typeorm';
import { Any, In } from 'typeorm';
import { ReleaseEntity } from '../releases/release.entity.js';

const visibleStates = releaseStates.filter(isVisible);

export interface VisibleRelease {
  readonly releaseId: ReleaseId;
  readonly version: string;
  readonly state: ReleaseState;
  readonly deprecation: string | null;
}

/** Many releases of one package at once: one statement, however many they are. The package's row is locked. */
@Injectable()
export class VisibleReleaseRepository {
  /** All that clients can see; of `versions` only, when given. */
  list(manager: EntityManager, packageId: PackageId, versions?: readonly string[]): Promise<VisibleRelease[]> {
    return manager.getRepository(ReleaseEntity).find({
      select: { releaseId: true, version: true, state: true, deprecation: true },
      where: {
        packageId,
        replaced: false,
        state: In(visibleStates),
        ...(versions === undefined ? {} : { version: Any(versions) }),
      },
      order: { submittedAt: 'ASC', releaseId: 'ASC' },
    });
  }

  /** A null message lifts the deprecation. A yanked release stays yanked. */
  async deprecate(
    manager: EntityManager,
    releases: readonly { readonly releaseId: ReleaseId; readonly message: string | null }[],
  ): Promise<void> {
    await manager.query(
      `UPDATE releases SET deprecation = wish.message,
              state = CASE WHEN state = 'yanked' THEN state WHEN wish.message IS NULL THEN 'published' ELSE 'deprecated' END
         FROM unnest($1::uuid[], $2::text[]) AS wish (release_id, message)
        WHERE releases.release_id = wish.release_id`,
      [releases.map((release) => release.releaseId), releases.map((release) => release.message)],
    );
  }

  /** Each remembers what it was, and which deletion of the package took it, if one did. */
  async withdraw(
    manager: EntityManager,
    releaseIds: readonly ReleaseId[],
    deletionId: string | null = null,
  ): Promise<void> {
    await manager.query(
      `UPDATE releases SET state = 'withdrawn', withdrawn_from = state, withdrawn_at = now(), deletion_id = $2
        WHERE release_id = ANY($1::uuid[])`,
      [releaseIds, deletionId],
    );
  }

  /** Brings releases back as they were. */
  async restore(manager: EntityManager, releaseIds: readonly ReleaseId[]): Promise<void> {
    await manager.query(
      `UPDATE releases SET state = coalesce(withdrawn_from, 'published'), withdrawn_from = NULL, withdrawn_at = NULL,
              deletion_id = NULL
        WHERE release_id = ANY($1::uuid[]) AND state = 'withdrawn'`,
      [releaseIds],
    );
  }

  async yank(manager: EntityManager, releaseId: ReleaseId, yanked: boolean): Promise<void> {
    await manager.query(
      `UPDATE releases SET state = CASE WHEN $2 THEN 'yanked' WHEN deprecation IS NULL THEN 'published' ELSE 'deprecated' END
        WHERE release_id = $1`,
      [releaseId, yanked],
    );
  }
}
