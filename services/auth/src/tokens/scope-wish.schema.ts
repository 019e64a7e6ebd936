import { action, organizationId, packagePurl, purlPrefix, repositoryId } from '@waybill/contracts';
import type { Slug } from '@waybill/domain';
import { actions, DomainError, isSlug } from '@waybill/domain';
import { parseField } from '@waybill/management-api';
import { z } from 'zod';
import { actionsOfScopePreset, scopePresets } from './scope-presets.rules.js';
import { maxScopes } from './token-scopes.schema.js';

const slug = z.custom<Slug>((value) => typeof value === 'string' && isSlug(value), 'is not a name');

/** What a scope is on, as people write it: things by their name or by their id. */
export const scopeTarget = z.union([
  z.strictObject({ kind: z.literal('everything') }),
  z.strictObject({ kind: z.literal('organization'), organization: slug }),
  z.strictObject({ kind: z.literal('organization'), organizationId }),
  z.strictObject({ kind: z.literal('pattern'), organization: slug, purlPrefix }),
  z.strictObject({ kind: z.literal('pattern'), organizationId, purlPrefix }),
  z.strictObject({ kind: z.literal('repository'), repository: slug }),
  z.strictObject({ kind: z.literal('repository'), repositoryId }),
  z.strictObject({ kind: z.literal('package'), repository: slug, purl: packagePurl }),
  z.strictObject({ kind: z.literal('package'), repositoryId, purl: packagePurl }),
]);
export type ScopeTarget = z.infer<typeof scopeTarget>;

const scopeWish = z.strictObject({ actions: z.array(action).min(1).max(actions.length), on: scopeTarget });
export type ScopeWish = z.infer<typeof scopeWish>;

export const scopeWishes = z.array(scopeWish).min(1).max(maxScopes);

/**
 * `scopes`, or `preset` on what `on` names (everything without it). Errors: `invalid` `request.invalid` with the fields,
 * `invalid` `token.scopes-or-preset` where neither or both are given.
 */
export function scopesWanted(body: {
  readonly scopes?: unknown;
  readonly preset?: unknown;
  readonly on?: unknown;
}): readonly ScopeWish[] {
  const { scopes, preset, on } = body;
  if ((scopes === undefined) === (preset === undefined) || (preset === undefined && on !== undefined)) {
    throw new DomainError(
      'invalid',
      'token.scopes-or-preset',
      'A token has either scopes, or a preset and what that is on.',
    );
  }
  if (scopes !== undefined) return parseField(scopeWishes, scopes, 'body.scopes');
  const wanted = actionsOfScopePreset(parseField(z.enum(scopePresets), preset, 'body.preset'));
  const target = on === undefined ? { kind: 'everything' as const } : parseField(scopeTarget, on, 'body.on');
  return [{ actions: [...wanted], on: target }];
}
