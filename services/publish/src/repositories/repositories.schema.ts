import { MayBeAbsent, PageQuery } from '@waybill/management-api';
import type { Visibility } from '@waybill/domain';
import { visibilities } from '@waybill/domain';
import { Transform } from 'class-transformer';
import { IsBoolean, IsIn, IsOptional, IsString, Length, MaxLength, ValidateIf } from 'class-validator';
import { z } from 'zod';
import { IsStorableText } from '../database/is-storable-text.js';
import type { RepositoryEntity } from './repository.entity.js';
import type { RepositorySort } from './repository-list.repository.js';
import { repositorySorts } from './repository-list.repository.js';
import { restorableUntil } from './repository.rules.js';

const maxDescription = 2000;

export class RepositoriesQuery extends PageQuery {
  /** Only those of the organization of this name. */
  @MayBeAbsent()
  @IsString()
  @Length(1, 64)
  @IsStorableText()
  org?: string;

  @MayBeAbsent()
  @IsIn(visibilities)
  visibility?: Visibility;

  @MayBeAbsent()
  @Transform(booleanText)
  @IsBoolean()
  archived?: boolean;

  /** Instead: deleted ones, for whoever may restore them. */
  @MayBeAbsent()
  @Transform(booleanText)
  @IsBoolean()
  deleted: boolean = false;

  /** A minus before it: the other way round. */
  @MayBeAbsent()
  @IsIn(repositorySorts)
  sort: RepositorySort = 'slug';
}

export class CreateRepositoryBody {
  @IsString()
  @Length(1, 64)
  slug!: string;

  /** The name of the organization that owns it. */
  @IsString()
  @Length(1, 64)
  organization!: string;

  @IsIn(visibilities)
  visibility!: Visibility;

  @MayBeAbsent()
  @IsString()
  @MaxLength(maxDescription)
  @IsStorableText()
  description?: string;

  /** Also where the slug was another organization's until its repository was removed for good; for administrators of the installation. */
  @MayBeAbsent()
  @IsBoolean()
  takeOver?: boolean;
}

/** A merge patch (RFC 7396): what is not in it stays as it is. */
export class ChangeRepositoryBody {
  @ValidateIf(isGiven)
  @IsIn(visibilities)
  visibility?: Visibility;

  /** Null removes it. */
  @IsOptional()
  @IsString()
  @MaxLength(maxDescription)
  @IsStorableText()
  description?: string | null;

  @ValidateIf(isGiven)
  @IsBoolean()
  archived?: boolean;
}

export class DeleteRepositoryBody {
  /** The slug once more, since all that is in the repository goes with it. */
  @IsString()
  @Length(1, 64)
  confirm!: string;
}

function isGiven(_body: unknown, value: unknown): boolean {
  return value !== undefined;
}

function booleanText({ value }: { value: unknown }): unknown {
  if (value === 'true') return true;
  return value === 'false' ? false : value;
}

export const repositoryView = z.object({
  repositoryId: z.uuid(),
  slug: z.string(),
  organizationId: z.uuid(),
  visibility: z.enum(visibilities),
  kind: z.enum(['hosted', 'proxy', 'virtual']),
  description: z.string(),
  /** It is read, and nothing in it changes. */
  archived: z.boolean(),
  createdAt: z.iso.datetime(),
  deletedAt: z.iso.datetime().nullable(),
  /** Of a deleted one: when it is gone for good. */
  restorableUntil: z.iso.datetime().nullable(),
});
export type RepositoryView = z.infer<typeof repositoryView>;

export function viewOf(repository: RepositoryEntity): RepositoryView {
  const { repositoryId, slug, organizationId, visibility, kind, description, archived, createdAt, deletedAt } =
    repository;
  return {
    repositoryId,
    slug,
    organizationId,
    visibility,
    kind,
    description,
    archived,
    createdAt: createdAt.toISOString(),
    deletedAt: deletedAt?.toISOString() ?? null,
    restorableUntil: restorableUntil(repository)?.toISOString() ?? null,
  };
}
