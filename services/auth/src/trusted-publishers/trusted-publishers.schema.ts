import { MayBeAbsent, pageOf, PageQuery } from '@waybill/management-api';
import { condition, providerNames } from '@waybill/trusted-publishing';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsDefined,
  IsIn,
  IsObject,
} from 'class-validator';
import { IsOptional, IsString, MaxLength } from 'class-validator';
import { z } from 'zod';
import { patternOf } from '../grants/name-pattern.rules.js';
import type { PublisherAction } from './publisher-actions.rules.js';
import { publisherActions } from './publisher-actions.rules.js';
import type { ListedPublisher } from './publisher-list.repository.js';
import { warningsOf } from './publisher-rule.rules.js';

/** Whose tokens are trusted: one of the first six; the others narrow it. What is left out of a change stays; null takes away (RFC 7396). */
class PublisherRuleBody {
  /** `{owner, repository, workflow, environment?, issuer?, matched?, pinned?}`. */
  @MayBeAbsent()
  @IsObject()
  github?: object;

  /** `{projectPath, configurationFile?, environment?, issuer?, pinned?}`. */
  @MayBeAbsent()
  @IsObject()
  gitlab?: object;

  /** `{issuer, owner, repository, workflow, pinned?}`. */
  @MayBeAbsent()
  @IsObject()
  forgejo?: object;

  /** `{organizationId, projectId, pipelineDefinitionId, vcsOrigin, contextIds?, issuer?}`. */
  @MayBeAbsent()
  @IsObject()
  circleci?: object;

  /** `{email, sub?}`. */
  @MayBeAbsent()
  @IsObject()
  google?: object;

  /** `{provider, issuer, conditions, pinned?, …}`, of any provider. */
  @MayBeAbsent()
  @IsObject()
  rule?: object;

  @IsOptional()
  @IsString()
  @MaxLength(500)
  environment?: string | null;

  /** Patterns of full refs: `refs/tags/v*`. */
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(20)
  refs?: string[] | null;

  @IsOptional()
  @IsBoolean()
  requireProtectedRef?: boolean | null;

  /** In the words of the provider: `push`, `release`. */
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(20)
  events?: string[] | null;

  @IsOptional()
  @IsIn(['hosted', 'self-hosted', 'any'])
  runner?: 'hosted' | 'self-hosted' | 'any' | null;

  /** What its tokens may do; `publish` unless said. Who publishes or stages reads as well. */
  @MayBeAbsent()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(publisherActions.length)
  @ArrayUnique()
  @IsIn(publisherActions, { each: true })
  actions?: PublisherAction[];
}

export class PublisherOnResourceBody extends PublisherRuleBody {}

export class ChangePublisherBody extends PublisherRuleBody {
  /** In place of all that it was for. */
  @MayBeAbsent()
  on?: unknown;
}

export class RegisterPublisherBody extends PublisherRuleBody {
  /** `{ repository, package }`, `{ pattern, repository? }` or `{ repository }`, or a list of these. */
  @IsDefined()
  on!: unknown;
}

export class TrustedPublishersQuery extends PageQuery {
  /** Only those that reach into this repository, by its slug. */
  @MayBeAbsent()
  @IsString()
  @MaxLength(64)
  repository?: string;

  /** Only those that reach this package, by its purl: of that repository, or of any of the organization's. */
  @MayBeAbsent()
  @IsString()
  @MaxLength(1024)
  package?: string;

  /** Only those of this issuer. */
  @MayBeAbsent()
  @IsString()
  @MaxLength(400)
  issuer?: string;
}

const text = z.string();

export const trustedPublisherView = z.object({
  id: z.uuid(),
  provider: z.enum(providerNames),
  issuer: text,
  rule: z.object({
    provider: z.enum(providerNames),
    issuer: text,
    conditions: z.array(condition),
    /** Ids by their claims, as of the first use or as they were said. */
    pinned: z.record(text, text),
    environment: text.exactOptional(),
    refs: z.array(text).exactOptional(),
    requireProtectedRef: z.boolean().exactOptional(),
    events: z.array(text).exactOptional(),
    runner: z.enum(['hosted', 'self-hosted', 'any']).exactOptional(),
  }),
  on: z.array(
    z.union([
      /** `pending`: there is no such package yet; unless it is used until then, it ends at `expiresAt`. */
      z.object({
        repository: text,
        package: text,
        pending: z.boolean(),
        expiresAt: z.iso.datetime().nullable(),
      }),
      z.object({ pattern: text, repository: text.exactOptional() }),
      z.object({ repository: text }),
    ]),
  ),
  actions: z.array(z.enum(publisherActions)),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
  firstUsedAt: z.iso.datetime().nullable(),
  lastUsedAt: z.iso.datetime().nullable(),
  /** What whoever registered it should know. */
  warnings: z.array(
    z.object({ code: z.enum(['environment-missing', 'ids-not-pinned', 'name-not-reserved']), message: text }),
  ),
});
export type TrustedPublisherView = z.infer<typeof trustedPublisherView>;
export const trustedPublisherPage = pageOf(trustedPublisherView);
export const trustedPublisherCursor = z.uuid();

export function viewOfPublisher(publisher: ListedPublisher): TrustedPublisherView {
  const { publisherId: id, rule, actions, createdAt, updatedAt, firstUsedAt, lastUsedAt, targets } = publisher;
  return {
    id,
    provider: rule.provider,
    issuer: rule.issuer,
    rule: trustedPublisherView.shape.rule.parse(rule),
    on: targets.map(placeOf),
    actions,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
    firstUsedAt: firstUsedAt?.toISOString() ?? null,
    lastUsedAt: lastUsedAt?.toISOString() ?? null,
    warnings: warningsOf(rule, {
      publishes: actions.includes('publish'),
      pending: targets.some(({ pending }) => pending),
    }),
  };
}

function placeOf(target: ListedPublisher['targets'][number]): TrustedPublisherView['on'][number] {
  const { repository, packagePurl, purlPrefix, pending, expiresAt } = target;
  const slug = repository ?? '';
  if (packagePurl !== null) {
    const until = expiresAt === null ? null : new Date(expiresAt).toISOString();
    return { repository: slug, package: packagePurl, pending, expiresAt: until };
  }
  if (purlPrefix === null) return { repository: slug };
  return { pattern: patternOf(purlPrefix), ...(repository === null ? {} : { repository }) };
}
