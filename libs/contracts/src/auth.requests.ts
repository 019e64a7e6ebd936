import { z } from 'zod';
import { organizationId, principal, tokenHash } from './nouns.js';
import { everyAdapter, requestType } from './request-type.js';

/**
 * Who is this? A token is asked for by its hash, so that its text never travels on the bus. A session is asked for by the
 * hash of its cookie. `principal` is null for what is unknown, expired or revoked. `from`: where the gateway met the token,
 * for the list of its owner and the audit; the user agent is what the client says of itself.
 */
export const introspectCredential = requestType({
  subject: 'auth.credential.introspect.v1',
  callers: ['gateway'],
  request: z.discriminatedUnion('kind', [
    z.object({
      kind: z.literal('token'),
      tokenHash,
      from: z.object({ clientAddress: z.string().max(100), userAgent: z.string().max(200) }).exactOptional(),
    }),
    z.object({ kind: z.literal('session'), sessionHash: tokenHash }),
  ]),
  reply: z.object({
    principal: principal.nullable(),
    /** When the credential itself ends; nothing may be cached beyond it. */
    expiresAt: z.iso.datetime().nullable(),
  }),
});

/** A client's native login: a password for a token (npm `PUT /-/user/…`). Errors: `unauthenticated`, `limit` (rate, with retryAfterSeconds). */
export const issueTokenForPassword = requestType({
  subject: 'auth.token.issue-for-password.v1',
  callers: [everyAdapter],
  request: z.object({
    username: z.string().max(200),
    password: z.string().max(1000),
    /** Of the second factor, or a recovery code: by who has one. Without: `unauthenticated` `login.second-factor-needed`. */
    code: z.string().max(200).exactOptional(),
    /** Shown in the owner's list of tokens: `npm login from 10.0.0.7`. */
    description: z.string().max(500),
    clientAddress: z.string().max(100),
  }),
  reply: z.object({ username: z.string(), token: z.string(), expiresAt: z.iso.datetime().nullable() }),
});

/** A client's native logout: revokes the token by its hash if the principal owns it. Idempotent. */
export const revokeToken = requestType({
  subject: 'auth.token.revoke.v1',
  callers: [everyAdapter],
  request: z.object({ principal, tokenHash }),
  reply: z.object({ revoked: z.boolean() }),
});

/** Tokens of ours were found inside a package: revoke at once. Idempotent; unknown hashes are ignored. */
export const reportLeakedTokens = requestType({
  subject: 'auth.token.report-leak.v1',
  callers: ['scanner'],
  request: z.object({ tokenHashes: z.array(tokenHash).max(1000), foundIn: z.string().max(1100) }),
  reply: z.object({ revoked: z.int() }),
});

/** What `GET /-/user/org.couchdb.user:<name>` and owner lists need of a user that may be seen. */
export const describeUser = requestType({
  subject: 'auth.user.describe.v1',
  callers: [everyAdapter],
  request: z.object({ principal, username: z.string().max(200) }),
  reply: z.object({ user: z.object({ username: z.string(), email: z.string().nullable() }).nullable() }),
});

/** Creates the first administrator, organization and a token for everything, if there is no user yet; otherwise `created` is false. */
export const bootstrapInstallation = requestType({
  subject: 'auth.installation.bootstrap.v1',
  callers: ['operator'],
  request: z.object({ username: z.string(), password: z.string().min(12), organization: z.string() }),
  reply: z.discriminatedUnion('created', [
    z.object({ created: z.literal(true), organizationId, token: z.string() }),
    /** The organization of that name, where an earlier call was cut off in the middle. */
    z.object({ created: z.literal(false), organizationId: organizationId.nullable() }),
  ]),
});
