import { tokenScope } from '@waybill/contracts';
import type { TokenScope } from '@waybill/domain';
import { actions, DomainError } from '@waybill/domain';
import { z } from 'zod';

export const maxScopes = 50;
/** A token is made from a token, from that one another, and so on: this many times and no more. */
export const maxDepth = 5;

export const tokenScopes = z
  .array(tokenScope.refine((scope) => scope.actions.length >= 1 && scope.actions.length <= actions.length))
  .min(1)
  .max(maxScopes);

export const tokenCeilings = z.array(tokenScopes).max(maxDepth);

/** Scopes from the database. Throws `invalid` `token.scopes-malformed`. */
export function parseTokenScopes(value: unknown): readonly TokenScope[] {
  const parsed = tokenScopes.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new DomainError(
    'invalid',
    'token.scopes-malformed',
    `The scopes of a token are 1 to ${maxScopes} pairs of actions and what they are on.`,
  );
}

/** Ceilings from the database. What cannot be read must not be taken for none. */
export function parseCeilings(value: unknown): readonly (readonly TokenScope[])[] {
  return tokenCeilings.parse(value);
}
