import { z } from 'zod';
import { requestType } from './request-type.js';

/** One address and nothing else: what could end a header, or name a second recipient, is in none. */
const to = z
  .string()
  .max(320)
  .regex(/^[^\s\p{Cc}<>()[\]\\,;:"@]{1,64}@[^\s\p{Cc}<>()[\]\\,;:"@]{1,255}$/u, 'not one e-mail address');
const link = z.url({ protocol: /^https?$/ }).max(2048);
const at = z.iso.datetime();
/** Text that somebody chose, shown on one line. */
const line = z.string().max(500);
const username = z.string().max(200);
const clientAddress = z.string().max(100);

/** What a template of a mail is filled with. A `link` is secret: it is kept only until the mail is sent, and is in no log. */
const mails = [
  mailOf('invitation', z.object({ organization: line, invitedBy: username, role: line, link, expiresAt: at })),
  mailOf('verify-email', z.object({ username, link, expiresAt: at })),
  /** `identities`: what opens the account besides the password, as people know it. */
  mailOf('password-changed', z.object({ username, at, clientAddress, identities: z.array(line).max(10).default([]) })),
  mailOf(
    'identity-changed',
    z.object({ username, change: z.enum(['linked', 'unlinked']), identity: line, at, clientAddress }),
  ),
  mailOf('token-expiring', z.object({ username, prefix: line, description: line, expiresAt: at })),
  mailOf('token-leaked', z.object({ username, prefix: line, description: line, foundIn: z.string().max(1100), at })),
  mailOf(
    'two-factor-changed',
    z.object({
      username,
      change: z.enum(['enabled', 'disabled', 'recovery-codes-renewed', 'recovery-code-used']),
      at,
      clientAddress,
    }),
  ),
  mailOf('new-sign-in', z.object({ username, at, clientAddress, client: line })),
] as const;

/**
 * Puts a mail into the queue, from which it is sent as soon as the mail server takes it. `accepted` is false when no mail
 * server is configured: it will never be sent. Errors: `invalid`, `limit` `mail.queue-full` with retryAfterSeconds.
 */
export const sendMail = requestType({
  subject: 'notifications.mail.send.v1',
  callers: ['auth'],
  request: z.discriminatedUnion('template', mails),
  reply: z.object({ accepted: z.boolean() }),
});

/** Whether this installation can send mail at all: without, nobody is asked to confirm an address. */
export const mailStatus = requestType({
  subject: 'notifications.mail.status.v1',
  callers: ['auth'],
  request: z.object({}),
  reply: z.object({ configured: z.boolean() }),
});

function mailOf<Template extends string, Values extends z.ZodType>(template: Template, values: Values) {
  return z.object({ to, template: z.literal(template), values });
}
