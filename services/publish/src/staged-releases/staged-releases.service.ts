import { Injectable } from '@nestjs/common';
import type { Approval, Principal, ReleaseId } from '@waybill/domain';
import { cutPage, decodeCursor, type Page, storedTime } from '@waybill/management-api';
import { z } from 'zod';
import type { WholeRelease } from '../releases/release.repository.js';
import { ReleaseRepository } from '../releases/release.repository.js';
import type { StagedPointer } from './staged-access.rules.js';
import { assertTokenMayKnowStaged, knownTo, resourceOfStaged } from './staged-access.rules.js';
import { StagedApprovalsRepository } from './staged-approvals.repository.js';
import { approvalsThatCount } from './staged-release.rules.js';
import type { StagedFilter } from './staged-releases.repository.js';
import { StagedReleasesRepository } from './staged-releases.repository.js';

/** The place that a page ends at. */
const placeOfStaged = z.tuple([storedTime, z.uuid()]);

/** A release that waits for approval, or did, with the approvals that count and how many it needs. */
export interface StagedRelease {
  readonly whole: WholeRelease;
  readonly approvals: readonly Approval[];
  readonly needed: number;
}

/** Releases that wait for people to approve them, for those who may approve them or have staged them. */
@Injectable()
export class StagedReleasesService {
  readonly #staged: StagedReleasesRepository;
  readonly #approvals: StagedApprovalsRepository;
  readonly #releases: ReleaseRepository;

  constructor(staged: StagedReleasesRepository, approvals: StagedApprovalsRepository, releases: ReleaseRepository) {
    this.#staged = staged;
    this.#approvals = approvals;
    this.#releases = releases;
  }

  /** Oldest first. Errors: `forbidden`, `invalid` `page.cursor-malformed`. */
  async list(
    caller: Principal,
    filter: StagedFilter,
    { cursor, limit }: { readonly cursor?: string | undefined; readonly limit: number },
  ): Promise<Page<StagedRelease>> {
    assertTokenMayKnowStaged(caller);
    const after = decodeCursor(cursor, placeOfStaged);
    const found = await this.#staged.list(caller, filter, { after, limit: limit + 1 });
    const page = cutPage(found, limit, {
      placeOf: ({ releaseId, place }) => [place, releaseId],
      viewOf: ({ releaseId }) => releaseId,
    });
    return { items: await this.#find(caller, page.items), next: page.next };
  }

  /** Newest first. Errors: `forbidden`. */
  async page(
    caller: Principal,
    filter: StagedFilter,
    place: { readonly offset: number; readonly limit: number },
  ): Promise<{ readonly items: StagedRelease[]; readonly total: number }> {
    assertTokenMayKnowStaged(caller);
    const { releaseIds, total } = await this.#staged.page(caller, filter, place);
    return { items: await this.#find(caller, releaseIds), total };
  }

  /** Also one that was settled since. Errors: `not-found` `staged-release.not-found`. */
  async view(releaseId: ReleaseId, pointer: StagedPointer): Promise<StagedRelease> {
    const whole = knownTo(await this.#releases.findWhole(releaseId), pointer);
    const given = await this.#approvals.of([releaseId]);
    return stagedOf(whole, given.get(releaseId) ?? []);
  }

  // The query has the condition of the one decision function, which has the last word (security.md A4).
  async #find(caller: Principal, releaseIds: readonly ReleaseId[]): Promise<StagedRelease[]> {
    const found = await this.#releases.findMany(releaseIds);
    const known = new Map(
      found
        .filter((whole) => resourceOfStaged(caller, whole) !== undefined)
        .map((whole) => [whole.release.releaseId, whole]),
    );
    const given = await this.#approvals.of(releaseIds);
    return releaseIds.flatMap((releaseId) => {
      const whole = known.get(releaseId);
      return whole === undefined ? [] : stagedOf(whole, given.get(releaseId) ?? []);
    });
  }
}

function stagedOf(whole: WholeRelease, given: Parameters<typeof approvalsThatCount>[1]): StagedRelease {
  const { release, repository } = whole;
  // What it was published with stays true, whatever is asked of others later.
  const isApproved = release.approvals.length > 0;
  return {
    whole,
    approvals: isApproved ? release.approvals : approvalsThatCount(whole, given),
    needed: isApproved ? release.approvals.length : repository.approvalsNeeded,
  };
}
