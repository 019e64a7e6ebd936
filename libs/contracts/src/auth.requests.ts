import { z } from 'zod';
import { action, organizationId, packagePurl, principal, publisherId, repositoryId, tokenHash } from './nouns.js';
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

/**
 * A CI's OIDC token for one of ours (architecture.md §7). `audiences`: what it may be for, computed by the adapter from the
 * installation's own address, as the clients of its ecosystem ask for it. `packagePurl`: the one package that is to be published;
 * without, all that the publisher names. `repository`: the slug in the address, where the client keeps it. `ecosystem`: the purl type.
 * Errors, of which the texts may be shown to the client: `invalid` `oidc.*`, `unauthenticated` `oidc.*`, `not-found`
 * `oidc.no-publisher`, `conflict` `oidc.ambiguous` (several repositories), `conflict` `oidc.token-used`, `limit`, `unavailable`
 * `oidc.issuer-unavailable`.
 */
export const exchangeIdToken = requestType({
  subject: 'auth.oidc.exchange.v1',
  callers: [everyAdapter],
  request: z.object({
    idToken: z.string().min(1).max(16_384),
    audiences: z.array(z.string().min(1).max(500)).min(1).max(20),
    ecosystem: z.string().min(1).max(50),
    packagePurl: packagePurl.exactOptional(),
    repository: z.string().min(1).max(64).exactOptional(),
    clientAddress: z.string().max(100),
    userAgent: z.string().max(200),
    requestId: z.string().max(100),
  }),
  reply: z.object({
    token: z.string(),
    createdAt: z.iso.datetime(),
    expiresAt: z.iso.datetime(),
    publisherId,
    /** `github-actions`, … */
    provider: z.string().max(50),
    packages: z.array(z.object({ repositoryId, packagePurl })).max(1000),
    actions: z.array(action),
  }),
});

const trustedPublisherRule = z.object({
  provider: z.string().min(1).max(50),
  issuer: z.string().min(1).max(400),
  /** A rule of libs/trusted-publishing without its id: conditions, pins, environment, refs, … Checked by auth. */
  rule: z.record(z.string(), z.unknown()),
  actions: z.array(action).min(1).max(20),
});

/** A trusted publisher of one package, as native clients show it (`npm trust list`). */
export const packagePublisher = trustedPublisherRule.extend({ publisherId });

const onPackage = { principal, repositoryId, packagePurl };

/**
 * Those that are on this one package, and whose tokens further ones could name (`issuers`; those that everybody has are
 * `built-in`, the others were registered for the installation or for the organization). Needs `manage-access` on the package.
 * Errors: `not-found`, `forbidden`.
 */
export const listPackagePublishers = requestType({
  subject: 'auth.package-publisher.list.v1',
  callers: [everyAdapter],
  request: z.object(onPackage),
  reply: z.object({
    publishers: z.array(packagePublisher).max(100),
    issuers: z
      .array(
        z.object({
          url: z.string().max(400),
          provider: z.string().max(50),
          from: z.enum(['built-in', 'installation', 'organization']),
        }),
      )
      .max(1000),
  }),
});

/** Needs `manage-access` on the package, which need not exist. Errors: `invalid` `trusted-publisher.*`, `not-found` `oidc.issuer-unknown`, `forbidden`, `conflict`. */
export const addPackagePublisher = requestType({
  subject: 'auth.package-publisher.add.v1',
  callers: [everyAdapter],
  request: z.object({ ...onPackage, publisher: trustedPublisherRule, requestId: z.string().max(100) }),
  reply: z.object({ publisher: packagePublisher }),
});

/** Errors: `not-found` `trusted-publisher.not-found`, also for one of another package (security.md A3). */
export const removePackagePublisher = requestType({
  subject: 'auth.package-publisher.remove.v1',
  callers: [everyAdapter],
  request: z.object({ ...onPackage, publisherId, requestId: z.string().max(100) }),
  reply: z.object({}),
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
