import { Injectable } from '@nestjs/common';
import type { PackageId } from '@waybill/domain';
import type { EntityManager } from 'typeorm';
import type { PackageEntity } from '../packages/package.entity.js';
import type { Forge } from './source-link.entity.js';
import { SourceLinkEntity } from './source-link.entity.js';
import { placeOf } from './source-place.js';
import { SourceLinkRepository } from './source-link.repository.js';

export interface SourceLinkWish {
  readonly forge: Forge;
  readonly host: string;
  readonly owner: string;
  readonly name: string;
  readonly ids?: { readonly owner?: string | null; readonly repository?: string | null } | undefined;
  readonly inheritVisibility?: boolean | undefined;
  readonly inheritRoles?: boolean | undefined;
}

/** What the audit says of a link. */
export type SourceLink = Omit<SourceLinkEntity, 'packageId' | 'linkedAt' | 'place'>;

/** Whether more than metadata is wished for: rights here that follow from somewhere else. */
export function isSourceOfRights(wish: SourceLinkWish | null | undefined): wish is SourceLinkWish {
  return wish?.inheritVisibility === true || wish?.inheritRoles === true;
}

function givesRights({ inheritVisibility, inheritRoles }: SourceLink): boolean {
  return inheritVisibility || inheritRoles;
}

export interface ReplacedLink {
  readonly before: SourceLink | null;
  readonly after: SourceLink | null;
  readonly isOther: boolean;
}

/** The source repository that a package is linked to. */
@Injectable()
export class SourceLinksService {
  readonly #links: SourceLinkRepository;

  constructor(links: SourceLinkRepository) {
    this.#links = links;
  }

  /**
   * Replaces the link of a locked package; undefined leaves it, null takes it away. `authorize` is told whether rights follow
   * from the link before or after.
   */
  async replace(
    manager: EntityManager,
    { packageId }: PackageEntity,
    wish: SourceLinkWish | null | undefined,
    authorize: (rights: boolean) => void,
  ): Promise<ReplacedLink> {
    const before = await this.linkOf(manager, packageId);
    const after = wish === undefined ? before : wish === null ? null : linkIn(wish);
    if (JSON.stringify(before) === JSON.stringify(after)) return { before, after: before, isOther: false };
    authorize([before, after].some((link) => link !== null && givesRights(link)));
    if (after === null) await this.#links.remove(manager, packageId);
    else
      await this.#links.save(
        manager,
        Object.assign(new SourceLinkEntity(), after, { packageId, linkedAt: new Date(), place: placeOf(after) }),
      );
    return { before, after, isOther: true };
  }

  async linkOf(manager: EntityManager, packageId: PackageId): Promise<SourceLink | null> {
    const known = await this.#links.find(packageId, manager);
    return known === null ? null : linkFrom(known);
  }
}

function linkFrom(entity: SourceLinkEntity): SourceLink {
  const { forge, host, owner, name, forgeOwnerId, forgeRepositoryId, inheritVisibility, inheritRoles } = entity;
  return { forge, host, owner, name, forgeOwnerId, forgeRepositoryId, inheritVisibility, inheritRoles };
}

function linkIn({ forge, host, owner, name, ids, inheritVisibility, inheritRoles }: SourceLinkWish): SourceLink {
  return {
    forge,
    host,
    owner,
    name,
    forgeOwnerId: ids?.owner ?? null,
    forgeRepositoryId: ids?.repository ?? null,
    inheritVisibility: inheritVisibility ?? false,
    inheritRoles: inheritRoles ?? false,
  };
}
