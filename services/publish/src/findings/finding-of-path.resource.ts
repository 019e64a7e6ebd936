import { Injectable } from '@nestjs/common';
import type { Principal, Resource } from '@waybill/domain';
import { can } from '@waybill/domain';
import type { ResourceResolver } from '@waybill/edge';
import { callerOf } from '@waybill/edge';
import type { FastifyRequest } from 'fastify';
import { isUuid } from '../database/is-uuid.js';
import { packageResourceOf } from '../packages/package-resource.js';
import type { WholeRelease } from '../releases/release.repository.js';
import { ReleaseRepository } from '../releases/release.repository.js';
import { FindingRepository } from './finding.repository.js';

/** `/…/:findingId` → the package that it is about. Who may not review it does not learn that there is such a finding (A3, A6). */
@Injectable()
export class FindingOfPath implements ResourceResolver {
  readonly #findings: FindingRepository;
  readonly #releases: ReleaseRepository;

  constructor(findings: FindingRepository, releases: ReleaseRepository) {
    this.#findings = findings;
    this.#releases = releases;
  }

  async resolve(request: FastifyRequest): Promise<Resource | undefined> {
    const { findingId = '' } = request.params as { findingId?: string };
    const finding = isUuid(findingId) ? await this.#findings.find(findingId) : undefined;
    if (finding === undefined) return undefined;
    const whole = await this.#releases.findWhole(finding.releaseId);
    return whole === null ? undefined : resourceOfFinding(callerOf(request), whole);
  }
}

/** The package that a finding is about; undefined for who may not know of it. */
export function resourceOfFinding(
  caller: Principal,
  { repository, package: owner }: WholeRelease,
): Resource | undefined {
  if (repository.deletedAt !== null) return undefined;
  const resource = packageResourceOf(repository, owner);
  return can(caller, 'review-findings', resource).allowed ? resource : undefined;
}
