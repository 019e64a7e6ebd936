import { IsBoolean, IsIn, IsOptional, IsString, Length, Matches } from 'class-validator';
import { storableText } from '../database/storable-text.js';
import type { Forge } from './source-link.entity.js';
import { forges } from './source-link.entity.js';
import { MayBeAbsent, NestedObject } from '@waybill/management-api';

/** One segment of a path, or several for GitLab's groups; no dot segments, nothing that a URL would end at. */
const path = /^[A-Za-z0-9_~-][A-Za-z0-9._~-]*(\/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*$/;
export const sourceHost =
  /^(?=.{1,253}(:\d+)?$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*(:\d{1,5})?$/;

export function isSourcePath(text: string): boolean {
  return text.length <= 255 && path.test(text);
}

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
  @Matches(sourceHost)
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
  @NestedObject(() => SourceLinkIds)
  ids?: SourceLinkIds;

  /** Whether the package is as visible as that repository, as far as its organization has reported that. */
  @MayBeAbsent()
  @IsBoolean()
  inheritVisibility?: boolean;

  /** Whether its people may do here what they may do there, as far as its organization has reported who they are. */
  @MayBeAbsent()
  @IsBoolean()
  inheritRoles?: boolean;
}
