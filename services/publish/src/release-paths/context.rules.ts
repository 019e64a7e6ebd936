import type { Finding, ReleasePath } from '@waybill/domain';
import { globMatches, providers } from '@waybill/trusted-publishing';
import type { ReleaseRules } from '../release-policies/release-policy.rules.js';
import { isProviderName, word } from './origin-words.js';

/**
 * P3: what the job of a trusted publisher was not, though it has to be. What the issuer does not tell is not taken for granted.
 * The exchange refuses events of strangers already (T9); a token that came through is refused here.
 */
export function contextFindings(path: ReleasePath | undefined, rules: ReleaseRules): Finding[] {
  if (path === undefined) return [];
  return violations(path, rules).map((message) => ({
    rule: 'P3',
    code: 'path.context',
    level: rules.context,
    message,
  }));
}

/** Whoever can start such an event needs no right to the repository: no policy lets that through. */
export function isEventOfStrangers({ provider, event }: ReleasePath): boolean {
  return event !== undefined && isProviderName(provider) && providers[provider].untrustedEvents.includes(event);
}

function violations(path: ReleasePath, rules: ReleaseRules): string[] {
  const { environments, refs, events, protectedRef, hostedRunner } = rules;
  const { environment, ref, event } = path;
  return [
    environments.length > 0 && !isAmong(environments, environment)
      ? `It has to come from the environment ${listed(environments)}, and comes from ${toldAs(environment)}.`
      : undefined,
    refs.length > 0 && (ref === undefined || !refs.some((pattern) => globMatches(pattern, ref)))
      ? `It has to come from a ref like ${listed(refs)}, and comes from ${toldAs(ref)}.`
      : undefined,
    protectedRef && path.refProtected !== true
      ? `It has to come from a protected branch or tag, and ${toldAs(ref)} is not known to be one.`
      : undefined,
    hostedRunner && path.runner !== 'hosted'
      ? `It has to come from a machine of the provider, and comes from ${path.runner === undefined ? 'one of which that is not told' : 'one of their own'}.`
      : undefined,
    events.length > 0 && !events.some((one) => one === event)
      ? `It has to be started by ${listed(events)}, and was started by ${toldAs(event)}.`
      : undefined,
  ].filter((violation) => violation !== undefined);
}

function isAmong(names: readonly string[], name: string | undefined): boolean {
  return name !== undefined && names.some((one) => one.toLowerCase() === name.toLowerCase());
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 5).map(word).join(' or ');
  return names.length > 5 ? `${shown} or others` : shown;
}

function toldAs(value: string | undefined): string {
  return value === undefined ? 'none' : word(value);
}
