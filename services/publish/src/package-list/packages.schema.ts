import { MayBeAbsent, PageQuery } from '@waybill/management-api';
import { visibilities } from '@waybill/domain';
import { IsIn, IsString, Length, Matches } from 'class-validator';
import { z } from 'zod';
import { storableText } from '../database/storable-text.js';
import { trustedPublishingModes } from '../release-policies/release-policy.rules.js';
import { forges } from '../source-links/source-link.entity.js';

export const packageSorts = ['name', '-name', 'updated', '-updated'] as const;
export type PackageSort = (typeof packageSorts)[number];

export class PackagesQuery extends PageQuery {
  /** Of this organization, by name. */
  @MayBeAbsent()
  @IsString()
  @Length(1, 64)
  @Matches(storableText)
  org?: string;

  /** Of this repository, by slug. */
  @MayBeAbsent()
  @IsString()
  @Length(1, 64)
  @Matches(storableText)
  repository?: string;

  /** The purl type: `npm`, `pypi`. */
  @MayBeAbsent()
  @Matches(/^[a-z][a-z0-9.+-]{0,49}$/)
  ecosystem?: string;

  /** Part of the name, in any case. */
  @MayBeAbsent()
  @IsString()
  @Length(1, 200)
  q?: string;

  /** `name` and `updated`; with a hyphen before it, from the other end. */
  @IsIn(packageSorts)
  sort: PackageSort = 'name';
}

/** The routes of one package: which repository it is in. */
export class PackageQuery {
  /** The slug of the repository that the package is in. */
  @IsString()
  @Length(1, 64)
  @Matches(storableText)
  repository!: string;
}

export const sourceLinkView = z.object({
  forge: z.enum(forges),
  host: z.string(),
  owner: z.string(),
  name: z.string(),
  /** Ids that the forge gives them, where they are known. */
  ids: z.object({ owner: z.string().nullable(), repository: z.string().nullable() }),
  inheritVisibility: z.boolean(),
  inheritRoles: z.boolean(),
});
export type SourceLinkView = z.infer<typeof sourceLinkView>;

const packageFields = {
  /** As people of its ecosystem write it: `@acme/left-pad`. */
  name: z.string(),
  ecosystem: z.string(),
  purl: z.string(),
  repository: z.string(),
  organizationId: z.string(),
  /** Who may see it: the narrower of its own and its repository's. */
  visibility: z.enum(visibilities),
  archived: z.boolean(),
  latestVersion: z.string().nullable(),
  releases: z.int(),
  updatedAt: z.iso.datetime(),
};

export const listedPackageView = z.object(packageFields);
export type ListedPackageView = z.infer<typeof listedPackageView>;

export const packageView = z.object({
  ...packageFields,
  /** As the audit names it: `package:<id>`. */
  id: z.uuid(),
  /** Its own, which narrows its repository's; null: as its repository. */
  ownVisibility: z.enum(visibilities).nullable(),
  /** What its owner says of it, in place of what its repository asks; null: as its repository. */
  trustedPublishingOnly: z.enum(trustedPublishingModes).nullable(),
  /** When it was deleted; it can be restored for 30 days. */
  deletedAt: z.iso.datetime().nullable(),
  tags: z.record(z.string(), z.string()),
  sizeBytes: z.int(),
  source: sourceLinkView.nullable(),
});
export type PackageView = z.infer<typeof packageView>;
