import { Injectable } from '@nestjs/common';
import type { ReleaseId, Resource } from '@waybill/domain';
import { DomainError } from '@waybill/domain';
import type { ResourceResolver } from '@waybill/edge';
import type { FastifyRequest } from 'fastify';
import { ReleaseRepository } from '../releases/release.repository.js';
import { packageResourceOf } from '../repositories/repository.repository.js';

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** `/…/:releaseId` → the package of that release, which is what one must be allowed to review (security.md A3). */
@Injectable()
export class ReleaseOfPath implements ResourceResolver {
  readonly #releases: ReleaseRepository;

  constructor(releases: ReleaseRepository) {
    this.#releases = releases;
  }

  async resolve(request: FastifyRequest): Promise<Resource | undefined> {
    const { releaseId = '' } = request.params as { releaseId?: string };
    if (!uuid.test(releaseId)) return undefined;
    const whole = await this.#releases.findWhole(releaseId as ReleaseId);
    return whole === null ? undefined : packageResourceOf(whole.repository, whole.package.purl);
  }
}

/** After the guard has resolved it: the id in the path is one. */
export function releaseIdOf(request: FastifyRequest): ReleaseId {
  const { releaseId } = request.params as { releaseId?: string };
  if (releaseId === undefined)
    throw new DomainError('internal', 'release.no-id', 'This route has a release in its path.');
  return releaseId as ReleaseId;
}
