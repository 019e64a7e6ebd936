import type { Visibility } from '@waybill/domain';
import { visibilities } from '@waybill/domain';
import { Type } from 'class-transformer';
import { IsIn, IsInt, IsOptional, IsString, Length, Matches, Max, Min } from 'class-validator';
import type { RepositoryEntity } from './repository.entity.js';

export class RepositoriesQuery {
  /** The slug of the last repository of the page before. */
  @IsOptional()
  @IsString()
  @Length(0, 64)
  @Matches(/^[a-z0-9-]*$/, { message: 'after is not a name that a page ended with' })
  after = '';

  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(100)
  limit = 50;
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
}

export class ChangeRepositoryBody {
  @IsIn(visibilities)
  visibility!: Visibility;
}

export type RepositoryView = Pick<RepositoryEntity, 'repositoryId' | 'slug' | 'organizationId' | 'visibility' | 'kind'>;

export function viewOf(repository: RepositoryEntity): RepositoryView {
  const { repositoryId, slug, organizationId, visibility, kind } = repository;
  return { repositoryId, slug, organizationId, visibility, kind };
}
