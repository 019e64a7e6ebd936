import { claimMalformed } from './claim-error.js';
import type { ProviderName } from './provider-name.js';

/** A claim as conditions see it. Booleans and numbers are their texts; a list matches by any of its members. */
export type ClaimValue = string | readonly string[];

/**
 * The claims of a token whose signature was verified. Nested ones are named with dots (`kubernetes.io.namespace`). What is
 * null, empty or longer than a condition could be is not there: a missing claim matches nothing.
 */
export interface TokenClaims {
  readonly provider: ProviderName;
  /** `iss`, as it stands in the token. */
  readonly issuer: string;
  /** A map, so that no claim is found in the prototype of an object. */
  readonly values: ReadonlyMap<string, ClaimValue>;
}

/** Characters of a whole token; longer ones need not be looked at. Those of providers have 1,000 to 8,000. */
export const maxTokenLength = 16 * 1024;

/** How many claims a token may have, nested ones included; real ones have under fifty. */
const maxClaims = 200;
/** Characters of one claim. */
export const maxClaimLength = 1000;
/** GitLab lists the groups of a user, up to this many. */
const maxListLength = 200;
const maxDepth = 4;

/** One text of a claim; undefined for a missing one and for a list. */
export function textOf(claims: TokenClaims, claim: string): string | undefined {
  const value = claims.values.get(claim);
  return typeof value === 'string' ? value : undefined;
}

/**
 * All claims of a payload by their dotted names. Throws `oidc.claim-malformed` for a payload with too many claims, nested too
 * deep, or with two claims of one dotted name, as one could then stand for the other.
 */
export function flattenClaims(payload: Readonly<Record<string, unknown>>): Map<string, ClaimValue> {
  const values = new Map<string, ClaimValue>();
  const seen = new Set<string>();
  const add = (members: Readonly<Record<string, unknown>>, prefix: string, depth: number): void => {
    for (const [key, value] of Object.entries(members)) {
      const name = prefix + key;
      if (seen.has(name) || seen.size >= maxClaims || depth > maxDepth) throw claimMalformed(name);
      seen.add(name);
      if (isObject(value)) add(value, `${name}.`, depth + 1);
      else keep(name, value);
    }
  };
  const keep = (name: string, value: unknown): void => {
    const text = Array.isArray(value) ? listOf(value) : textOrNothing(value);
    if (text !== undefined && name.length <= maxClaimLength) values.set(name, text);
  };
  add(payload, '', 1);
  return values;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function listOf(members: readonly unknown[]): readonly string[] | undefined {
  if (members.length > maxListLength) return undefined;
  const texts = members.flatMap((member) => textOrNothing(member) ?? []);
  return texts.length === 0 ? undefined : texts;
}

/** PostgreSQL keeps neither zeros nor half characters: a claim with them could be looked for, but not written down. */
function isStorable(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}

function textOrNothing(value: unknown): string | undefined {
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'number') return Number.isSafeInteger(value) ? String(value) : undefined;
  if (typeof value !== 'string' || value === '' || value.length > maxClaimLength) return undefined;
  return isStorable(value) ? value : undefined;
}
