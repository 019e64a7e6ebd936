import { z } from 'zod';
import { folded, type CaseRule } from '../case-rule.js';
import type { ClaimValue, TokenClaims } from '../token-claims.js';
import { globMatches, isGlob } from './glob.js';

/** How many conditions a rule has at most. */
export const maxConditions = 20;

const claimName = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[^\s\p{Cc}]+$/u);
const claimText = z
  .string()
  .min(1)
  .max(500)
  .regex(/^[^\p{Cc}]+$/u);

/** What a claim has to be: one text, one of several, or like a pattern (see `isGlob`). */
export const condition = z.union([
  z.strictObject({ claim: claimName, is: claimText }),
  z.strictObject({ claim: claimName, in: z.array(claimText).min(1).max(50) }),
  z.strictObject({ claim: claimName, matches: z.string().refine(isGlob, 'not a pattern') }),
]);
export type Condition = z.infer<typeof condition>;

export const glob = z.string().refine(isGlob, 'not a pattern');
export const pinned = z.record(claimName, claimText).refine((pins) => Object.keys(pins).length <= maxConditions);
export { claimText };

/** Whether a claim is as a condition wants it. A missing claim never is; of a list, one member has to be. */
export function isMet(wanted: Condition, claims: TokenClaims, rule: CaseRule): boolean {
  const value: ClaimValue | undefined = claims.values.get(wanted.claim);
  if (value === undefined) return false;
  return (typeof value === 'string' ? [value] : value).some((text) => text !== '' && isMetBy(wanted, text, rule));
}

function isMetBy(wanted: Condition, text: string, rule: CaseRule): boolean {
  const actual = folded(text, rule);
  if ('is' in wanted) return actual === folded(wanted.is, rule);
  if ('in' in wanted) return wanted.in.some((choice) => actual === folded(choice, rule));
  return globMatches(folded(wanted.matches, rule), actual);
}
