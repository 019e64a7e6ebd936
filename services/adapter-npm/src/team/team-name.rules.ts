import { DomainError } from '@waybill/domain';
import { z } from 'zod';

/** npm writes an organization as its scope, with or without the sign. */
export function organizationNamed(scope: string): string {
  return scope.replace(/^[@~]/, '').slice(0, 100);
}

const wantedTeam = z.object({ name: z.string().min(1).max(100), description: z.string().max(1000).nullish() });
const wantedUser = z.object({ user: z.string().min(1).max(200) });
const wantedPackage = z.object({
  package: z.string().min(1).max(214),
  permissions: z.enum(['read-only', 'read-write']).nullish(),
});

/** Errors: `invalid` `npm.team`. */
export function teamIn(body: unknown): { readonly name: string; readonly description: string | undefined } {
  const { name, description } = parsed(wantedTeam, body, 'The body must have the name of a team.');
  return { name: name.replace(/^@?[^:]*:/, ''), description: description ?? undefined };
}

/** Errors: `invalid` `npm.team`. */
export function userIn(body: unknown): string {
  return parsed(wantedUser, body, 'The body must name a user.').user.replace(/^[@~]/, '');
}

/** npm writes `read-only` and `read-write`. Errors: `invalid` `npm.team`. */
export function packageIn(body: unknown): { readonly name: string; readonly permission: 'read' | 'write' | undefined } {
  const wanted = parsed(wantedPackage, body, 'The body must name a package, and permissions read-only or read-write.');
  if (wanted.permissions === null || wanted.permissions === undefined)
    return { name: wanted.package, permission: undefined };
  return { name: wanted.package, permission: wanted.permissions === 'read-write' ? 'write' : 'read' };
}

function parsed<Schema extends z.ZodType>(schema: Schema, body: unknown, message: string): z.output<Schema> {
  const found = schema.safeParse(body);
  if (found.success) return found.data;
  throw new DomainError('invalid', 'npm.team', message);
}
