import { Injectable } from '@nestjs/common';
import type { PackagePurl, ReleasePurl, Resource } from '@waybill/domain';
import { can, DomainError, isReleasePurl, packageOfRelease, parseReleasePurl } from '@waybill/domain';
import type { ResourceResolver } from '@waybill/edge';
import { callerOf } from '@waybill/edge';
import type { FastifyRequest } from 'fastify';
import { storableText } from '../database/storable-text.js';
import { repositorySlugIn } from '../package-access/package-of-path.resource.js';
import type { PlacedPackage } from '../package-access/placed-package.repository.js';
import { PlacedPackageRepository } from '../package-access/placed-package.repository.js';
import { packageResourceOf } from '../packages/package-resource.js';
import type { ReleaseRow } from './release-list.repository.js';
import { ReleaseListRepository } from './release-list.repository.js';
import { statesSeenBy } from './seen-states.rules.js';

export interface PlacedRelease extends PlacedPackage {
  readonly release: ReleaseRow;
}

const found = new WeakMap<object, PlacedRelease>();

/** `/…/:purl?repository=<slug>`, a purl with a version → the package of that release. */
@Injectable()
export class ReleaseOfPurl implements ResourceResolver {
  readonly #packages: PlacedPackageRepository;
  readonly #releases: ReleaseListRepository;

  constructor(packages: PlacedPackageRepository, releases: ReleaseListRepository) {
    this.#packages = packages;
    this.#releases = releases;
  }

  async resolve(request: FastifyRequest): Promise<Resource | undefined> {
    const { purl } = request.params as { purl?: string };
    const slug = repositorySlugIn(request);
    if (purl === undefined || !isReleasePurl(purl) || !storableText.test(slug)) return undefined;
    const { packagePurl, version } = partsOf(purl);
    const placed = await this.#packages.find(slug, packagePurl);
    if (placed === null || !storableText.test(version)) return undefined;
    const resource = packageResourceOf(placed.repository, placed.package);
    const caller = callerOf(request);
    if (placed.package.deletedAt !== null && !can(caller, 'restore', resource).allowed) return undefined;
    const release = await this.#releases.findCurrent(placed.package.packageId, version);
    if (release === undefined || !statesSeenBy(caller, resource).includes(release.state)) return undefined;
    found.set(request.raw, { ...placed, release });
    return resource;
  }
}

/** The release whose package the guard has authorized. */
export function releaseOf(
  request: Pick<FastifyRequest, 'raw'>,
  { repository }: { readonly repository: string },
): PlacedRelease {
  const placed = found.get(request.raw);
  if (placed?.repository.slug !== repository)
    throw new DomainError('internal', 'internal', 'This route is not about a release.');
  return placed;
}

function partsOf(purl: ReleasePurl): { packagePurl: PackagePurl; version: string } {
  return { packagePurl: packageOfRelease(purl), version: parseReleasePurl(purl).version };
}
