import { tokenScope } from '@waybill/contracts';
import type { TokenScope } from '@waybill/domain';
import { actions, DomainError } from '@waybill/domain';
import { z } from 'zod';

const maxScopes = 50;

export const tokenScopes = z
  .array(tokenScope.refine((scope) => scope.actions.length >= 1 && scope.actions.length <= actions.length))
  .min(1)
  .max(maxScopes);

/** Scopes from a request or from the database. Throws `invalid` `token.scopes-malformed`. */
export function parseTokenScopes(value: unknown): readonly TokenScope[] {
  const parsed = tokenScopes.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new DomainError(
    'invalid',
    'token.scopes-malformed',
    `The scopes of a token are 1 to ${maxScopes} pairs of actions and what they are on.`,
  );
}
