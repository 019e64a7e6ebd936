import { Injectable } from '@nestjs/common';
import type { Page } from '@waybill/management-api';
import { decodeCursor, encodeCursor, etagOf, storedTime } from '@waybill/management-api';
import type { Principal } from '@waybill/domain';
import { DomainError, parsePackagePurl } from '@waybill/domain';
import { z } from 'zod';
import type { PlacedPackage } from '../package-access/placed-package.repository.js';
import type { PackageEntity } from '../packages/package.entity.js';
import { SourceLinkRepository } from '../source-links/source-link.repository.js';
import type { ListedPackage } from './packages.repository.js';
import { PackagesRepository } from './packages.repository.js';
import type { ListedPackageView, PackagesQuery, PackageView } from './packages.schema.js';
import { sourceLinkViewOf } from './source-link-view.js';

/** The order that a cursor is of, and the place in it. */
const cursorSchema = z.tuple([z.enum(['name', '-name', 'updated', '-updated']), z.string().max(1100), z.uuid()]);

/** Packages as people look at them. */
@Injectable()
export class PackagesService {
  readonly #packages: PackagesRepository;
  readonly #sources: SourceLinkRepository;

  constructor(packages: PackagesRepository, sources: SourceLinkRepository) {
    this.#packages = packages;
    this.#sources = sources;
  }

  /** Those that the caller may read. Errors: `invalid` `page.cursor-malformed`. */
  async list(caller: Principal, { cursor, limit, ...query }: PackagesQuery): Promise<Page<ListedPackageView>> {
    const place = decodeCursor(cursor, cursorSchema);
    if (place !== undefined && (place[0] !== query.sort || !isPlace(query.sort, place[1]))) throw otherOrder();
    const after = place === undefined ? undefined : ([place[1], place[2]] as const);
    const found = await this.#packages.list(caller, { ...query, limit: limit + 1, after });
    const items = found.slice(0, limit);
    const last = items.at(-1);
    const next =
      found.length > limit && last !== undefined ? encodeCursor([query.sort, last.by, last.packageId]) : null;
    return { items: items.map(listedViewOf), next };
  }

  /** Errors: `not-found` `package.not-found` when it went while it was read. */
  async view({ package: owner }: Pick<PlacedPackage, 'package'>): Promise<PackageView> {
    const [described, source] = await Promise.all([
      this.#packages.describe(owner.packageId),
      this.#sources.find(owner.packageId),
    ]);
    if (described === undefined) throw noPackage();
    return {
      ...listedViewOf(described),
      id: owner.packageId,
      ownVisibility: owner.visibility,
      trustedPublishingOnly: owner.trustedPublishingOnly,
      deletedAt: owner.deletedAt?.toISOString() ?? null,
      tags: described.tags,
      sizeBytes: described.sizeBytes,
      source: source === null ? null : sourceLinkViewOf(source),
    };
  }
}

/** Of everything that its view shows: what clients see, and what people say of it. */
export function packageEtagVersion({ visibleVersion, version }: PackageEntity): string {
  return `${visibleVersion}.${version}`;
}

export function packageEtag(owner: PackageEntity): string {
  return etagOf(packageEtagVersion(owner));
}

export function noPackage(): DomainError {
  return new DomainError('not-found', 'package.not-found', 'The package was not found.');
}

function listedViewOf(listed: Omit<ListedPackage, 'by'>): ListedPackageView {
  const { purl, repository, organizationId, visibility, archived, latestVersion, releases, updatedAt } = listed;
  const { ecosystem, namespace, name } = parsePackagePurl(purl);
  return {
    name: namespace === undefined ? name : `${namespace}/${name}`,
    ecosystem,
    purl,
    repository,
    organizationId,
    visibility,
    archived,
    latestVersion,
    releases,
    updatedAt: updatedAt.toISOString(),
  };
}

function isPlace(sort: PackagesQuery['sort'], text: string): boolean {
  return sort.endsWith('name') ? !text.includes('\0') : storedTime.safeParse(text).success;
}

function otherOrder(): DomainError {
  const message = 'That cursor is of a list in another order.';
  return new DomainError('invalid', 'page.cursor-malformed', message, {
    details: { errors: [{ field: 'query.cursor', code: 'page.cursor-malformed', message }] },
  });
}
