import { MayBeAbsent, PageQuery } from '@waybill/management-api';
import {
  ArrayMaxSize,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  Max,
  MaxLength,
  Min,
} from 'class-validator';
import { z } from 'zod';
import { type NewsType, newsTypes } from '../news/news.js';

const maxUrlCharacters = 2048;
const maxDescriptionCharacters = 500;
const maxHours = 168;

/** Whose webhooks: one of the two, or both for a repository of that organization. */
export class WebhookOwnerQuery {
  @MayBeAbsent()
  @IsString()
  @MaxLength(100)
  org?: string;

  @MayBeAbsent()
  @IsString()
  @MaxLength(100)
  repository?: string;
}

export class ListWebhooksQuery extends PageQuery {
  @MayBeAbsent()
  @IsString()
  @MaxLength(100)
  org?: string;

  @MayBeAbsent()
  @IsString()
  @MaxLength(100)
  repository?: string;
}

/** What both bodies have. */
class WebhookSettings {
  /** Types of events to deliver; all where none is named. */
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(newsTypes.length)
  @ArrayUnique()
  @IsIn(newsTypes, { each: true })
  eventTypes?: NewsType[] | null;

  @IsOptional()
  @IsString()
  @MaxLength(maxDescriptionCharacters)
  description?: string | null;

  @MayBeAbsent()
  @IsBoolean()
  active?: boolean;
}

export class CreateWebhookBody extends WebhookSettings {
  @IsString()
  @MaxLength(maxUrlCharacters)
  url!: string;
}

/** A JSON merge patch: what is not named stays, null removes. */
export class ChangeWebhookBody extends WebhookSettings {
  @MayBeAbsent()
  @IsString()
  @MaxLength(maxUrlCharacters)
  url?: string;
}

export class RotateSecretBody {
  /** Hours for which the secret before signs as well. */
  @MayBeAbsent()
  @IsInt()
  @Min(0)
  @Max(maxHours)
  overlapHours: number = 24;
}

export const webhookView = z.object({
  id: z.uuid(),
  organization: z.string().nullable(),
  organizationId: z.uuid(),
  /** Null: of the whole organization. */
  repository: z.string().nullable(),
  repositoryId: z.uuid().nullable(),
  url: z.string(),
  description: z.string(),
  /** Empty: all. */
  eventTypes: z.array(z.string()),
  active: z.boolean(),
  createdBy: z.string(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
  /** `open`: after failures in a row nothing is sent until `retryAt`, when one delivery probes. */
  circuit: z.object({
    state: z.enum(['closed', 'open']),
    failures: z.int().nonnegative(),
    retryAt: z.iso.datetime().nullable(),
  }),
});
export type WebhookView = z.infer<typeof webhookView>;

/** With the secret that its deliveries are signed with, shown this once. */
export const webhookWithSecretView = webhookView.extend({ secret: z.string() });
export type WebhookWithSecretView = z.infer<typeof webhookWithSecretView>;

export const rotatedSecretView = z.object({ secret: z.string(), previousValidUntil: z.iso.datetime() });
export type RotatedSecretView = z.infer<typeof rotatedSecretView>;
