import type { PackageId } from '@waybill/domain';
import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { PackageEntity } from '../packages/package.entity.js';

export const forges = ['github', 'gitlab', 'forgejo', 'other'] as const;
export type Forge = (typeof forges)[number];

export function isForge(text: string): text is Forge {
  return forges.some((forge) => forge === text);
}

/** Where people say that the source of a package is. Nobody has proven it. */
@Entity({ name: 'source_links' })
@Index('source_links_inheriting_idx', ['place'], { where: 'inherit_visibility OR inherit_roles' })
@Check('source_links_forge_known', `forge IN ('github', 'gitlab', 'forgejo', 'other')`)
export class SourceLinkEntity {
  @PrimaryColumn('uuid', { name: 'package_id', primaryKeyConstraintName: 'source_links_pkey' })
  @ForeignKey(() => PackageEntity, { name: 'source_links_package_fkey' })
  packageId!: PackageId;

  @Column('text')
  forge!: Forge;

  /** `github.com`, with a port where it is not that of HTTPS. */
  @Column('text')
  host!: string;

  @Column('text')
  owner!: string;

  @Column('text')
  name!: string;

  /** The forge's own ids: names are given away and taken over, these are not (security.md T8). */
  @Column('text', { name: 'forge_owner_id', nullable: true })
  forgeOwnerId!: string | null;

  @Column('text', { name: 'forge_repository_id', nullable: true })
  forgeRepositoryId!: string | null;

  /** `placeOf` of the source: what is reported of it is found by this. */
  @Column('text')
  place!: string;

  @Column('boolean', { name: 'inherit_visibility' })
  inheritVisibility!: boolean;

  @Column('boolean', { name: 'inherit_roles' })
  inheritRoles!: boolean;

  @Column('timestamptz', { name: 'linked_at' })
  linkedAt!: Date;
}
