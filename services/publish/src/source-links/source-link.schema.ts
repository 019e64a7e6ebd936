import { Type } from 'class-transformer';
import { IsBoolean, IsIn, IsOptional, IsString, Length, Matches, ValidateNested } from 'class-validator';
import { storableText } from '../database/storable-text.js';
import type { Forge } from './source-link.entity.js';
import { forges } from './source-link.entity.js';
import { MayBeAbsent } from '@waybill/management-api';

/** One segment of a path, or several for GitLab's groups; no dot segments, nothing that a URL would end at. */
const path = /^[A-Za-z0-9_~-][A-Za-z0-9._~-]*(\/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*$/;
const host = /^(?=.{1,253}(:\d+)?$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*(:\d{1,5})?$/;

export class SourceLinkIds {
  /** The forge's id of the owner. */
  @IsOptional()
  @IsString()
  @Length(1, 100)
  @Matches(storableText)
  owner?: string | null;

  /** The forge's id of the repository. */
  @IsOptional()
  @IsString()
  @Length(1, 100)
  @Matches(storableText)
  repository?: string | null;
}

/** Where the source of a package is, in place of what was said before. */
export class SourceLinkBody {
  @IsIn(forges)
  forge!: Forge;

  @IsString()
  @Matches(host)
  host!: string;

  @IsString()
  @Length(1, 255)
  @Matches(path)
  owner!: string;

  @IsString()
  @Length(1, 255)
  @Matches(path)
  name!: string;

  @MayBeAbsent()
  @ValidateNested()
  @Type(() => SourceLinkIds)
  ids?: SourceLinkIds;

  /** Whether the package is to be as visible as that repository, once something vouches for what that is. */
  @MayBeAbsent()
  @IsBoolean()
  inheritVisibility?: boolean;

  /** Whether who may write there may publish here, once something vouches for who that is. */
  @MayBeAbsent()
  @IsBoolean()
  inheritRoles?: boolean;
}
