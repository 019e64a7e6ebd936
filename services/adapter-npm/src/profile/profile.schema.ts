import type { getProfile, ReplyOf } from '@waybill/contracts';
import { DomainError } from '@waybill/domain';
import { z } from 'zod';

type Profile = ReplyOf<typeof getProfile>;

export interface ProfileChange {
  readonly email?: string;
  readonly fullName?: string;
  readonly password?: { readonly old: string; readonly new: string };
}

/** What a client posts to the profile: a change of it, or a step of setting a second factor up or off. */
export type ProfileWish =
  | { readonly kind: 'change'; readonly change: ProfileChange }
  | { readonly kind: 'begin-two-factor' | 'disable-two-factor'; readonly password: string }
  | { readonly kind: 'confirm-two-factor'; readonly code: string };

const schema = z.looseObject({
  email: z.string().max(320).nullish(),
  fullname: z.string().max(200).nullish(),
  password: z.object({ old: z.string().max(1000), new: z.string().max(1000) }).nullish(),
});

const twoFactorWish = z.union([
  z.object({ password: z.string().max(1000), mode: z.enum(['auth-only', 'auth-and-writes', 'disable']) }),
  z.array(z.string().max(200)).length(1),
]);

// Clients send back whatever they were shown; what is not kept here they were shown as empty.
const notKept = ['homepage', 'freenode', 'twitter', 'github', 'cidr_whitelist'];

/** Errors: `invalid` `npm.profile` | `npm.two-factor-mode`. */
export function parseProfileWish(body: unknown): ProfileWish {
  const parsed = schema.safeParse(body);
  if (!parsed.success) throw new DomainError('invalid', 'npm.profile', 'That is not a change of a profile.');
  const { data } = parsed;
  if (!isEmpty(data['tfa'])) return parseTwoFactorWish(data['tfa']);
  const unknown = notKept.filter((field) => !isEmpty(data[field]));
  if (unknown.length > 0) {
    throw new DomainError(
      'invalid',
      'npm.profile',
      `A profile here has no ${unknown.join(', ')}; nothing was changed.`,
    );
  }
  const { email, fullname, password } = data;
  return {
    kind: 'change',
    change: {
      ...(typeof email === 'string' && email !== '' ? { email } : {}),
      ...(typeof fullname === 'string' ? { fullName: fullname } : {}),
      ...(password === undefined || password === null ? {} : { password }),
    },
  };
}

/** A profile as npm's clients show it. */
export function profileView(profile: Profile): Record<string, unknown> {
  return {
    tfa: profile.twoFactor === true ? { pending: false, mode: 'auth-only' } : false,
    name: profile.username,
    email: profile.email ?? '',
    email_verified: profile.emailVerified === true,
    created: profile.createdAt,
    updated: profile.updatedAt,
    cidr_whitelist: null,
    fullname: profile.fullName ?? '',
  };
}

function parseTwoFactorWish(tfa: unknown): ProfileWish {
  const parsed = twoFactorWish.safeParse(tfa);
  if (!parsed.success) throw new DomainError('invalid', 'npm.profile', 'That is not a change of a second factor.');
  if (Array.isArray(parsed.data)) return { kind: 'confirm-two-factor', code: parsed.data[0] ?? '' };
  const { password, mode } = parsed.data;
  if (mode === 'disable') return { kind: 'disable-two-factor', password };
  if (mode === 'auth-only') return { kind: 'begin-two-factor', password };
  // Publishing is held by tokens, not by codes: who asks for more must not believe to have got it.
  throw new DomainError(
    'invalid',
    'npm.two-factor-mode',
    'This registry asks for the second factor when you sign in: run "npm profile enable-2fa auth-only".',
  );
}

function isEmpty(value: unknown): boolean {
  return (
    value === undefined ||
    value === null ||
    value === false ||
    value === '' ||
    (Array.isArray(value) && value.length === 0)
  );
}
