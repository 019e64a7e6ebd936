import { Injectable } from '@nestjs/common';
import type { Action, Principal, Resource } from '@waybill/domain';
import { can, DomainError, isPackagePurl } from '@waybill/domain';
import type { ResourceResolver } from '@waybill/edge';
import { callerOf } from '@waybill/edge';
import type { FastifyRequest } from 'fastify';
import { storableText } from '../database/storable-text.js';
import { packageResourceOf } from '../packages/package-resource.js';
import type { PlacedPackage } from './placed-package.repository.js';
import { PlacedPackageRepository } from './placed-package.repository.js';

/** Any of them is a reason to know of a package in which there is nothing to see. */
const changing: readonly Action[] = ['metadata', 'publish', 'review-findings', 'delete', 'restore', 'manage-access'];

const found = new WeakMap<object, PlacedPackage>();

/** `/…/:purl?repository=<slug>` → the package. The purl is one percent-encoded segment of the path. */
@Injectable()
export class PackageOfPath implements ResourceResolver {
  readonly #packages: PlacedPackageRepository;

  constructor(packages: PlacedPackageRepository) {
    this.#packages = packages;
  }

  async resolve(request: FastifyRequest): Promise<Resource | undefined> {
    const { purl } = request.params as { purl?: string };
    const slug = repositorySlugIn(request);
    if (purl === undefined || !isPackagePurl(purl) || !storableText.test(slug)) return undefined;
    const placed = await this.#packages.find(slug, purl);
    if (placed === null || !mayKnow(callerOf(request), placed)) return undefined;
    found.set(request.raw, placed);
    return packageResourceOf(placed.repository, placed.package);
  }
}

/** The package that the guard has authorized; the path is not read again (security.md A1). */
export function packageOf(
  request: Pick<FastifyRequest, 'raw'>,
  { repository }: { readonly repository: string },
): PlacedPackage {
  const placed = found.get(request.raw);
  if (placed?.repository.slug !== repository)
    throw new DomainError('internal', 'internal', 'This route is not about a package.');
  return placed;
}

/** `?repository=`. Errors: `invalid` `request.invalid` where there is none: it is asked before anything is looked up. */
export function repositorySlugIn(request: Pick<FastifyRequest, 'query'>): string {
  const slug: unknown = Reflect.get(Object(request.query), 'repository');
  if (typeof slug === 'string' && slug.length > 0 && slug.length <= 64) return slug;
  const message = 'names the repository that the package is in';
  throw new DomainError('invalid', 'request.invalid', `The request is not usable: query.repository ${message}.`, {
    details: { errors: [{ field: 'query.repository', code: 'field.required', message }] },
  });
}

/** One that was deleted is there for those only who may bring it back (security.md A6). */
function mayKnow(caller: Principal, { repository, package: owner, hasVisibleRelease }: PlacedPackage): boolean {
  const resource = packageResourceOf(repository, owner);
  if (owner.deletedAt !== null) return can(caller, 'restore', resource).allowed;
  return hasVisibleRelease || changing.some((action) => can(caller, action, resource).allowed);
}
