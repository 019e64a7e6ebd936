import { z } from 'zod';
import { organizationId, packagePurl, repositoryId, visibility } from './nouns.js';

/** A replica of a service takes HTTP requests from now on; the payload is its `$SRV.INFO` answer. `*` for all services. */
export function edgeStartedSubject(service: string): string {
  return `broadcast.${service}.edge.started`;
}

/** A replica takes no more requests; the payload is its id in the NATS services API. `*` for all services. */
export function edgeStoppedSubject(service: string): string {
  return `broadcast.${service}.edge.stopped`;
}

/** Every gateway says each second that it lives, so that others know whose confirmation to wait for. */
export const gatewayAliveSubject = 'broadcast.gateway.alive';
export const gatewayAlive = z.object({ gatewayId: z.uuid() });

/**
 * What gateways keep under these surrogate keys is not to be served any more. Every live gateway answers with its id when
 * it has forgotten; the sender waits for all of them, at most 250 ms (architecture.md §4).
 */
export function cachePurgeSubject(service: string): string {
  return `broadcast.${service}.cache.purge`;
}
export const cachePurge = z.object({ tags: z.array(z.string().min(1).max(1200)).min(1).max(100) });

/** The same for credentials: gateways forget what they know of these tokens, sessions and users, and confirm. */
export const credentialsChangedSubject = 'broadcast.auth.credentials.changed';
export const credentialsChanged = z.object({
  /** sha256 of tokens and of session cookies that work no more. */
  revokedHashes: z.array(z.string().regex(/^[0-9a-f]{64}$/)).max(1000),
  changedUserIds: z.array(z.uuid()).max(1000),
  /** More users than that: gateways forget what they know of everybody. */
  everybody: z.boolean().exactOptional(),
});

/**
 * The same for who may see a repository: gateways forget every answer about it, whichever service gave it, judge later ones
 * of services that do not know yet by this, and confirm. `organizationId` is whose it is now; one that is `deleted` answers as
 * if it did not exist. Whoever changed it gets an answer when all of them have; the event
 * `publish.repository.changed.v1` comes later and for those that were not there (security.md A9).
 */
export const repositoryVisibilitySubject = 'broadcast.publish.repository.visibility';
export const repositoryVisibility = z.object({
  repositoryId,
  visibility,
  organizationId: organizationId.exactOptional(),
  deleted: z.boolean().exactOptional(),
  aggregateVersion: z.int().positive(),
});
export type RepositoryVisibility = z.infer<typeof repositoryVisibility>;

/** The same for a package in its repository; `visibility` is its own, null where it has none. */
export const packageVisibilitySubject = 'broadcast.publish.package.visibility';
export const packageVisibility = z.object({
  repositoryId,
  packagePurl,
  visibility: visibility.nullable(),
  aggregateVersion: z.int().positive(),
});
export type PackageVisibility = z.infer<typeof packageVisibility>;
