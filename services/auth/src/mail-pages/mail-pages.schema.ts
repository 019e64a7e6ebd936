import { z } from 'zod';

/** Of a link that was pasted as a whole, what is behind `#`. Nothing is undefined. */
const secret = z
  .string()
  .max(2000)
  .transform((text) => text.slice(text.lastIndexOf('#') + 1).trim())
  .transform((text) => (text === '' ? undefined : text.slice(0, 200)))
  .optional();

const username = z.string().min(1).max(200);
const password = z.string().min(1).max(1000);

/** What the forms send, as `application/x-www-form-urlencoded`. A field that comes twice is refused. */
export const verifyEmailForm = z.object({ secret });

export const resetPasswordForm = z.object({ secret, newPassword: password, repeated: password });

export const invitationForm = z.discriminatedUnion('step', [
  z.object({ step: z.literal('sign-in'), secret, username, password, code: z.string().max(64).optional() }),
  z.object({ step: z.literal('register'), secret, username, password }),
  z.object({ step: z.literal('look'), secret }),
  z.object({ step: z.literal('accept'), secret }),
  z.object({ step: z.literal('decline'), secret }),
  z.object({ step: z.literal('switch'), secret }),
]);
export type InvitationForm = z.infer<typeof invitationForm>;
