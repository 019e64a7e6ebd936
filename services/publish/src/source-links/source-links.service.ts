import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { PackageEntity } from '../packages/package.entity.js';
import type { Forge } from './source-link.entity.js';
import { SourceLinkEntity } from './source-link.entity.js';
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
type Link = Omit<SourceLinkEntity, 'packageId' | 'linkedAt'>;

/** Whether more than metadata is wished for: rights here that follow from somewhere else. */
export function isSourceOfRights(wish: SourceLinkWish | null | undefined): boolean {
  return wish?.inheritVisibility === true || wish?.inheritRoles === true;
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
   * from the link before or after. Resolves to undefined where nothing is different.
   */
  async replace(
    manager: EntityManager,
    { packageId }: PackageEntity,
    wish: SourceLinkWish | null | undefined,
    authorize: (rights: boolean) => void,
  ): Promise<{ readonly before: Link | null; readonly after: Link | null } | undefined> {
    if (wish === undefined) return undefined;
    const known = await this.#links.find(packageId, manager);
    const before = known === null ? null : linkOf(known);
    const after = wish === null ? null : linkIn(wish);
    if (JSON.stringify(before) === JSON.stringify(after)) return undefined;
    authorize([before, after].some((link) => link?.inheritVisibility === true || link?.inheritRoles === true));
    if (after === null) await this.#links.remove(manager, packageId);
    else
      await this.#links.save(
        manager,
        Object.assign(new SourceLinkEntity(), after, { packageId, linkedAt: new Date() }),
      );
    return { before, after };
  }
}

function linkOf(entity: SourceLinkEntity): Link {
  const { forge, host, owner, name, forgeOwnerId, forgeRepositoryId, inheritVisibility, inheritRoles } = entity;
  return { forge, host, owner, name, forgeOwnerId, forgeRepositoryId, inheritVisibility, inheritRoles };
}

function linkIn({ forge, host, owner, name, ids, inheritVisibility, inheritRoles }: SourceLinkWish): Link {
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
