import { Injectable } from '@nestjs/common';
import type { ReleaseId, Resource } from '@waybill/domain';
import type { ResourceResolver } from '@waybill/edge';
import { callerOf } from '@waybill/edge';
import type { FastifyRequest } from 'fastify';
import { isUuid } from '../database/is-uuid.js';
import { ReleaseRepository } from '../releases/release.repository.js';
import { assertTokenMayKnowStaged, resourceOfStaged } from './staged-access.rules.js';

/**
 * `/…/:releaseId` → the package of that staged release (security.md A3). Who may neither approve it nor has staged it does not
 * learn that there is such a release, also where the package is public (A6).
 */
@Injectable()
export class StagedReleaseOfPath implements ResourceResolver {
  readonly #releases: ReleaseRepository;

  constructor(releases: ReleaseRepository) {
    this.#releases = releases;
  }

  async resolve(request: FastifyRequest): Promise<Resource | undefined> {
    const { releaseId = '' } = request.params as { releaseId?: string };
    const caller = callerOf(request);
    // Before anything is looked up: a token that may do nothing here is told so, whatever the id.
    assertTokenMayKnowStaged(caller);
    if (!isUuid(releaseId)) return undefined;
    const whole = await this.#releases.findWhole(releaseId as ReleaseId);
    return whole === null ? undefined : resourceOfStaged(caller, whole);
  }
}
