import type { getProfile, ReplyOf } from '@waybill/contracts';
import { DomainError } from '@waybill/domain';
import { z } from 'zod';

type Profile = ReplyOf<typeof getProfile>;

export interface ProfileChange {
  readonly email?: string;
  readonly fullName?: string;
  readonly password?: { readonly old: string; readonly new: string };
}

const schema = z.looseObject({
  email: z.string().max(320).nullish(),
  fullname: z.string().max(200).nullish(),
  password: z.object({ old: z.string().max(1000), new: z.string().max(1000) }).nullish(),
});

// Clients send back whatever they were shown; what is not kept here they were shown as empty.
const notKept = ['homepage', 'freenode', 'twitter', 'github', 'cidr_whitelist'];

/** Errors: `invalid` `npm.profile` | `npm.no-second-factor`. */
export function parseProfileChange(body: unknown): ProfileChange {
  const parsed = schema.safeParse(body);
  if (!parsed.success) throw new DomainError('invalid', 'npm.profile', 'That is not a change of a profile.');
  const { data } = parsed;
  if (!isEmpty(data['tfa'])) {
    throw new DomainError(
      'invalid',
      'npm.no-second-factor',
      'This registry has no second factor that could be turned on or off; nothing was changed.',
    );
  }
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
    ...(typeof email === 'string' && email !== '' ? { email } : {}),
    ...(typeof fullname === 'string' ? { fullName: fullname } : {}),
    ...(password === undefined || password === null ? {} : { password }),
  };
}

/** A profile as npm's clients show it. */
export function profileView(profile: Profile): Record<string, unknown> {
  return {
    tfa: false,
    name: profile.username,
    email: profile.email ?? '',
    email_verified: false,
    created: profile.createdAt,
    updated: profile.updatedAt,
    cidr_whitelist: null,
    fullname: profile.fullName ?? '',
  };
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
