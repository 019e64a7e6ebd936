import { z } from 'zod';
import { eventType } from './event-envelope.js';
import { organizationId, tokenHash, tokenId, userId } from './nouns.js';

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
