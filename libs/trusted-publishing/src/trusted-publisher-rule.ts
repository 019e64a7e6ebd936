import { DomainError } from '@waybill/domain';
import { z } from 'zod';
import { anchorOf } from './anchor.js';
import { claimText, condition, glob, maxConditions, pinned } from './conditions/condition.js';
import { providerNames } from './provider-name.js';
import { providers } from './providers/providers.js';

/** Which tokens of one issuer are trusted. All that it says has to hold. */
const shape = z.strictObject({
  /** Chosen by who stores the rule. */
  id: z.string().min(1).max(100),
  provider: z.enum(providerNames),
  /** The issuer's URL, exactly (T3). */
  issuer: z.string().min(1).max(400),
  conditions: z.array(condition).min(1).max(maxConditions),
  /** Ids by their claims: known when the rule was made, or pinned when it was first used (T8). */
  pinned,
  environment: claimText.optional(),
  /** Patterns of full refs, `refs/tags/v*`; one of them has to be met. */
  refs: z.array(glob).min(1).max(maxConditions).optional(),
  requireProtectedRef: z.boolean().optional(),
  /** Events in the words of the provider; without, all that no stranger can start (T9). */
  events: z.array(claimText).min(1).max(maxConditions).optional(),
  runner: z.enum(['hosted', 'self-hosted', 'any']).optional(),
});

type Parsed = z.infer<typeof shape>;
type WithoutUndefined<T> = { readonly [K in keyof T]: Exclude<T[K], undefined> };
export type TrustedPublisherRule = WithoutUndefined<Parsed>;
/** A rule before it is stored. */
export type TrustedPublisherDraft = Omit<TrustedPublisherRule, 'id'>;

/**
 * A rule that is somebody's own. Throws `trusted-publisher.malformed` with the field for what is of another form,
 * `trusted-publisher.too-wide` for one without exact conditions that say whose tokens they are, and for one that lacks what keeps
 * strangers out.
 */
export function parseRule(input: unknown): TrustedPublisherRule {
  const parsed = shape.safeParse(input);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const field = (issue?.path ?? []).map(String).join('.').slice(0, 200);
    throw new DomainError('invalid', 'trusted-publisher.malformed', `The publisher's "${field}" is not one.`, {
      details: { field },
    });
  }
  const rule = withoutUndefined(parsed.data);
  const profile = providers[rule.provider];
  const { title, anchors, requires = [] } = profile;
  if (profile.issuerOf(rule.issuer) !== rule.issuer) {
    throw new DomainError(
      'invalid',
      'trusted-publisher.malformed',
      `This is not the address of an issuer of ${title}.`,
      {
        details: { field: 'issuer' },
      },
    );
  }
  if (anchorOf(rule) === undefined) {
    const choices = anchors === 'any' ? 'a claim' : anchors.map((claims) => claims.join(' and ')).join(', or ');
    throw tooWide(`The publisher needs an exact condition (\`is\`) on ${choices}: otherwise it would be anybody's.`);
  }
  const missing = requires.find((claim) => !rule.conditions.some((wanted) => wanted.claim === claim));
  if (missing !== undefined) {
    throw tooWide(`The publisher needs a condition on ${missing}: otherwise ${title} would let forks publish, too.`);
  }
  return rule;
}

function withoutUndefined(rule: Parsed): TrustedPublisherRule {
  return Object.fromEntries(Object.entries(rule).filter(([, value]) => value !== undefined)) as TrustedPublisherRule;
}

function tooWide(message: string): DomainError {
  return new DomainError('invalid', 'trusted-publisher.too-wide', message);
}
