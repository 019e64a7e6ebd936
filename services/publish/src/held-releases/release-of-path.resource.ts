import { Injectable } from '@nestjs/common';
import type { Principal, ReleaseId, Resource } from '@waybill/domain';
import { can, DomainError, mayEver } from '@waybill/domain';
import type { ResourceResolver } from '@waybill/edge';
import { callerOf } from '@waybill/edge';
import type { FastifyRequest } from 'fastify';
import { isUuid } from '../database/is-uuid.js';
import { packageResourceOf } from '../packages/package-resource.js';
import type { WholeRelease } from '../releases/release.repository.js';
import { ReleaseRepository } from '../releases/release.repository.js';
import { assertTokenMayReview } from './token-review.rules.js';

/** Either of them is a reason to know of a release that waits. */
const reviewing = ['review-findings', 'approve'] as const;

/**
 * `/…/:releaseId` → the package of that release, which is what one must be allowed to review (security.md A3). Who may
 * neither review it nor approve it does not learn that there is such a release, also where the package is public (A6).
 */
@Injectable()
export class ReleaseOfPath implements ResourceResolver {
  readonly #releases: ReleaseRepository;

  constructor(releases: ReleaseRepository) {
    this.#releases = releases;
  }

  async resolve(request: FastifyRequest): Promise<Resource | undefined> {
    const { releaseId = '' } = request.params as { releaseId?: string };
    const caller = callerOf(request);
    // Before anything is looked up: a token that may do neither is told so, whatever the id.
    if (!mayApproveSomewhere(caller)) assertTokenMayReview(caller);
    if (!isUuid(releaseId)) return undefined;
    const whole = await this.#releases.findWhole(releaseId as ReleaseId);
    return whole === null ? undefined : resourceOfReview(caller, whole);
  }
}

/** The package of a release; undefined for who may not know of it. */
export function resourceOfReview(caller: Principal, whole: WholeRelease): Resource | undefined {
  if (whole.repository.deletedAt !== null) return undefined;
  const resource = packageResourceOf(whole.repository, whole.package);
  // What waits for approval is for those who may give it.
  const actions = whole.release.state === 'staged' ? (['approve'] as const) : reviewing;
  return actions.some((action) => can(caller, action, resource).allowed) ? resource : undefined;
}

function mayApproveSomewhere(caller: Principal): boolean {
  return caller.kind === 'token' && mayEver(caller, 'approve');
}

/** After the guard has resolved it: the id in the path is one. */
export function releaseIdOf(request: FastifyRequest): ReleaseId {
  const { releaseId } = request.params as { releaseId?: string };
  if (releaseId === undefined)
    throw new DomainError('internal', 'release.no-id', 'This route has a release in its path.');
  return releaseId as ReleaseId;
}
