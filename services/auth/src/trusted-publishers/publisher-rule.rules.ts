import { DomainError } from '@waybill/domain';
import type { TrustedPublisherDraft } from '@waybill/trusted-publishing';
import { lookupKey, parseRule, providers } from '@waybill/trusted-publishing';

/** Something that whoever registers a publisher should know, and may have meant. */
export interface PublisherWarning {
  readonly code: 'environment-missing' | 'ids-not-pinned' | 'name-not-reserved';
  readonly message: string;
}

/**
 * A rule that can be met, and not by strangers. Throws `invalid` `trusted-publisher.malformed`, `trusted-publisher.too-wide`, and
 * `trusted-publisher.untrusted-event` for events that strangers can start (security.md T9).
 */
export function soundRule(input: object): TrustedPublisherDraft {
  const { id: _, ...rule } = parseRule({ ...input, id: 'draft' });
  const { title, untrustedEvents, environmentClaim } = providers[rule.provider];
  const untrusted = rule.events?.find((event) => untrustedEvents.includes(event));
  if (untrusted !== undefined) {
    const message = `Strangers can start ${untrusted} of ${title}: no publisher takes it.`;
    throw invalid('trusted-publisher.untrusted-event', 'events', message);
  }
  if (rule.environment !== undefined && environmentClaim === undefined) {
    throw invalid('trusted-publisher.malformed', 'environment', `Tokens of ${title} do not name an environment.`);
  }
  return rule;
}

/** Whether two rules are of the same tokens, but for what is pinned in them. */
export function isSameRule(one: TrustedPublisherDraft, other: TrustedPublisherDraft): boolean {
  return canonical({ ...one, pinned: {} }) === canonical({ ...other, pinned: {} });
}

/** Whether a rule is still about the same repository: what was pinned for it holds on then. */
export function isOfSame(one: TrustedPublisherDraft, other: TrustedPublisherDraft): boolean {
  return one.issuer === other.issuer && one.provider === other.provider && lookupKey(one) === lookupKey(other);
}

/** Whether a rule is still about the very same projects: what came from them is proof of what it is about then. */
export function hasSameConditions(one: TrustedPublisherDraft, other: TrustedPublisherDraft): boolean {
  return isOfSame(one, other) && canonical(one.conditions) === canonical(other.conditions);
}

export function warningsOf(
  rule: TrustedPublisherDraft,
  { publishes, pending }: { readonly publishes: boolean; readonly pending: boolean },
): PublisherWarning[] {
  const { environmentClaim, identities, title } = providers[rule.provider];
  const warnings: PublisherWarning[] = [];
  if (publishes && environmentClaim !== undefined && rule.environment === undefined) {
    const message = `No environment is named: whoever may push to the repository can publish. An environment of ${title} with reviewers asks them first.`;
    warnings.push({ code: 'environment-missing', message });
  }
  const named = new Set(rule.conditions.flatMap((wanted) => ('is' in wanted ? [wanted.claim] : [])));
  const unpinned = identities
    .filter(({ of, within = [] }) => [of, ...within].some((claim) => named.has(claim)))
    .filter(({ id }) => !Object.hasOwn(rule.pinned, id) && !named.has(id));
  if (unpinned.length > 0) {
    const ids = unpinned.map(({ id }) => id).join(' and ');
    const message = `${ids} will be pinned with the first release, or an exchange that names the repository; until then whoever has the name is trusted.`;
    warnings.push({ code: 'ids-not-pinned', message });
  }
  if (pending) {
    const message =
      'There is no such package yet. Its name is not reserved: if somebody else publishes it first, this ends.';
    warnings.push({ code: 'name-not-reserved', message });
  }
  return warnings;
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

function invalid(code: string, field: string, message: string): DomainError {
  return new DomainError('invalid', code, message, { details: { field } });
}
