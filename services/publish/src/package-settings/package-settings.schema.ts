import type { Visibility } from '@waybill/domain';
import { visibilities } from '@waybill/domain';
import { IsBoolean, IsIn, IsOptional } from 'class-validator';
import type { TrustedPublishingMode } from '../release-policies/release-policy.rules.js';
import { trustedPublishingModes } from '../release-policies/release-policy.rules.js';
import { SourceLinkBody } from '../source-links/source-link.schema.js';
import { MayBeAbsent, NestedObject, SecondFactorCode } from '@waybill/management-api';

/** JSON merge patch (RFC 7396): what is left out stays, `null` takes away. */
export class ChangePackageBody {
  /** Its own visibility, as narrow as its repository's or narrower; null: as its repository. */
  @IsOptional()
  @IsIn(visibilities)
  visibility?: Visibility | null;

  /** Whether nothing new is published to it. */
  @MayBeAbsent()
  @IsBoolean()
  archived?: boolean;

  /** Instead of what its repository asks, unless that is `always`; null: as its repository. */
  @IsOptional()
  @IsIn(trustedPublishingModes)
  trustedPublishingOnly?: TrustedPublishingMode | null;

  @IsOptional()
  @NestedObject(() => SourceLinkBody)
  source?: SourceLinkBody | null;

  /** Of your second factor, or a recovery code: needed with a token, where you have one, for a `trustedPublishingOnly` that asks less. */
  @SecondFactorCode()
  code?: string;
}
