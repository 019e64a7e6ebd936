import { z } from 'zod';
import { eventType } from './event-envelope.js';
import { organizationId, packagePurl, repositoryId, tokenHash, tokenId, userId } from './nouns.js';

/** A credential must be accepted nowhere from now on. Aggregate: the token. */
export const tokenRevoked = eventType(
  'auth.token.revoked.v1',
  z.object({ tokenId, tokenHash, userId, reason: z.enum(['owner', 'admin', 'leaked', 'expired', 'logout']) }),
);

/** What a user may do changed (memberships, suspension, password, ended session): forget what was cached. Aggregate: the user. */
export const grantsChanged = eventType('auth.grants.changed.v1', z.object({ userId }));

/** Aggregate: the organization. */
export const organizationCreated = eventType(
  'auth.organization.created.v1',
  z.object({ organizationId, name: z.string(), createdBy: z.string() }),
);

/**
 * Settings of an organization changed, it has other owners, or it was deleted. `accessChanged`: what more than 1000 users may
 * do changed with it, of whom no `auth.grants.changed.v1` tells: gateways forget what they know of everybody. Aggregate: the
 * organization.
 */
export const organizationChanged = eventType(
  'auth.organization.changed.v1',
  z.object({ organizationId, name: z.string(), deleted: z.boolean(), accessChanged: z.boolean() }),
);

/** Who owns a package (npm `maintainers`), all of them. Aggregate: `<repositoryId>/<package purl>` in auth's own counting. */
export const packageOwnersChanged = eventType(
  'auth.package-owners.changed.v1',
  z.object({
    repositoryId,
    packagePurl,
    owners: z
      .array(z.object({ userId, username: z.string().max(200), email: z.string().max(320).nullable() }))
      .max(1000),
    changedBy: z.string().max(200),
  }),
);
