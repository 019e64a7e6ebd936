import type { ReplyOf, listTokens } from '@waybill/contracts';
import { DomainError } from '@waybill/domain';
import { z } from 'zod';

type Token = ReplyOf<typeof listTokens>['tokens'][number];

/** What a client asks for, in the words of npm ≤ 10 and of npm ≥ 11. */
export interface TokenWish {
  readonly password: string;
  readonly description: string;
  readonly readOnly: boolean;
  readonly expiresInDays: number | undefined;
  /** Names of packages; undefined for everything that the owner reaches. */
  readonly packages: readonly string[] | undefined;
}

const names = z.array(z.string().max(214)).max(50).nullish();

const schema = z.object({
  password: z.string().max(1000).default(''),
  // npm ≤ 10
  readonly: z.boolean().nullish(),
  cidr_whitelist: z.array(z.string()).nullish(),
  // npm ≥ 11; `bypass_2fa` means nothing where there is no second factor.
  name: z.string().max(200).nullish(),
  description: z.string().max(290).nullish(),
  packages: names,
  scopes: names,
  orgs: names,
  packages_and_scopes_permission: z.string().nullish(),
  expires: z.int().positive().max(3650).nullish(),
});

/** Errors: `invalid` `npm.token` for what is malformed, and for what this registry cannot restrict a token to. */
export function parseTokenWish(body: unknown): TokenWish {
  const parsed = schema.safeParse(body);
  if (!parsed.success) {
    const [first] = parsed.error.issues;
    throw refused(`The request for a token is malformed: ${first?.path.join('.') ?? ''} ${first?.message ?? ''}.`);
  }
  const { cidr_whitelist: cidrs, scopes, orgs, packages_and_scopes_permission: permission } = parsed.data;
  // A token that would be wider than was asked for is not made.
  if ((cidrs ?? []).length > 0) throw refused('Tokens cannot be restricted to addresses (CIDR) here.');
  if ((scopes ?? []).length > 0) throw refused('Tokens cannot be restricted to scopes here; name packages instead.');
  if ((orgs ?? []).length > 0) throw refused('Tokens cannot be restricted to organizations here.');
  if ((permission ?? '') !== '' && permission !== 'read-only' && permission !== 'read-write') {
    throw refused('A token is read-only or read-write here.');
  }
  const { password, name, description, packages, expires, readonly } = parsed.data;
  const described = [name, description].filter((text) => typeof text === 'string' && text !== '').join(': ');
  return {
    password,
    description: described === '' ? 'npm token' : described,
    readOnly: readonly === true || permission === 'read-only',
    expiresInDays: expires ?? undefined,
    packages: (packages ?? []).length > 0 ? (packages ?? undefined) : undefined,
  };
}

/** A token as npm's clients list it; `token` is only its beginning. */
export function tokenView(token: Token): Record<string, unknown> {
  return {
    token: token.prefix,
    key: token.key,
    name: token.description,
    description: token.description,
    cidr_whitelist: null,
    readonly: token.readOnly,
    created: token.createdAt,
    updated: token.createdAt,
    expires: token.expiresAt,
    last_used: token.lastUsedAt,
  };
}

/** `?page` counts from 0. */
export function pageIn(query: Readonly<Record<string, unknown>>): { page: number; perPage: number } {
  return { page: countIn(query['page'], 0, 1_000_000), perPage: Math.max(1, countIn(query['perPage'], 100, 100)) };
}

function countIn(value: unknown, otherwise: number, highest: number): number {
  return typeof value === 'string' && /^\d{1,7}$/.test(value) ? Math.min(Number(value), highest) : otherwise;
}

function refused(message: string): DomainError {
  return new DomainError('invalid', 'npm.token', message);
}
