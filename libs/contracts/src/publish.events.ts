import { z } from 'zod';
import { eventType } from './event-envelope.js';
import {
  action,
  organizationId,
  packagePurl,
  release,
  releaseId,
  repository,
  repositoryId,
  visibility,
} from './nouns.js';

/** Aggregate: the repository. */
export const repositoryCreated = eventType('publish.repository.created.v1', repository);

/**
 * What a repository is from now on. `archived`: it is read, and nothing in it changes. `deleted`: it answers as if it did not
 * exist; it may come back within 30 days, which the next such event says, or is purged. `transferredFrom`: the organization
 * that owned it until this very change: what it gave anybody on the repository and its packages ends (security.md T11).
 */
export const repositoryChanged = eventType(
  'publish.repository.changed.v1',
  repository.extend({
    archived: z.boolean().default(false),
    deleted: z.boolean().default(false),
    transferredFrom: organizationId.nullable().default(null),
  }),
);

/** The repository and all that was in it are gone for good, and its slug is free. The last event of the repository. */
export const repositoryPurged = eventType(
  'publish.repository.purged.v1',
  z.object({ repositoryId, organizationId, slug: z.string() }),
);

/**
 * A claim on names: from `verified` on, nobody but `organizationId` creates packages under it; `released` is its last event.
 * `pattern` as its ecosystem writes it: `@acme`, `com.acme`, `Acme.`. Aggregate: the namespace.
 */
export const namespaceChanged = eventType(
  'publish.namespace.changed.v1',
  z.object({
    namespaceId: z.uuid(),
    organizationId,
    ecosystem: z.string().max(50),
    kind: z.enum(['scope', 'prefix', 'name', 'vendor']),
    pattern: z.string().max(256),
    state: z.enum(['pending', 'verified', 'released']),
    transferredFrom: organizationId.nullable().default(null),
  }),
);

/** Aggregate of all release and tag events: the package in its repository (`<repositoryId>/<package purl>`). */
/** It waits for people to approve it; then `quarantined` follows, otherwise `rejected`. */
export const releaseStaged = eventType('publish.release.staged.v1', release);
export const releaseQuarantined = eventType('publish.release.quarantined.v1', release);
export const releasePublished = eventType('publish.release.published.v1', release);
export const releaseHeld = eventType('publish.release.held.v1', release);
export const releaseRejected = eventType('publish.release.rejected.v1', release);

const inPackage = { repository, packagePurl, changedBy: z.string().max(200) };
const oneVersion = { releaseId, version: z.string().max(256) };

/** Versions were deprecated, or are not any more where `message` is null. One event for all that one wish changed. */
export const releaseDeprecated = eventType(
  'publish.release.deprecated.v1',
  z.object({
    ...inPackage,
    releases: z
      .array(z.object({ ...oneVersion, message: z.string().max(2000).nullable() }))
      .min(1)
      .max(10_000),
  }),
);

/** Versions were taken back: they are served no more, their names stay taken. `removedTags` pointed at them. */
export const releaseWithdrawn = eventType(
  'publish.release.withdrawn.v1',
  z.object({
    ...inPackage,
    releases: z.array(z.object(oneVersion)).min(1).max(10_000),
    removedTags: z.array(z.string().max(256)).max(1000),
    movedTags: z.record(z.string().max(256), z.string().max(256)),
  }),
);

/**
 * Versions that were taken back are given out again, as they were: the same bytes, deprecated where they were. `tags` point at
 * them again. One event for all that one wish changed, or several where they are very many.
 */
export const releaseRestored = eventType(
  'publish.release.restored.v1',
  z.object({
    ...inPackage,
    releases: z.array(z.object(oneVersion)).min(1).max(10_000),
    tags: z.record(z.string().max(256), z.string().max(256)),
  }),
);

/** Versions are not to be chosen any more by who is not bound to them, or are again. */
export const releaseYanked = eventType(
  'publish.release.yanked.v1',
  z.object({
    ...inPackage,
    releases: z
      .array(z.object({ ...oneVersion, yanked: z.boolean() }))
      .min(1)
      .max(10_000),
  }),
);

/**
 * What holds for a package as a whole. `visibility` is its own, which narrows that of its repository (`effectiveVisibility` of
 * libs/domain); null where it has none. What a deletion took is told by `publish.release.withdrawn.v1`.
 */
export const packageChanged = eventType(
  'publish.package.changed.v1',
  z.object({ ...inPackage, visibility: visibility.nullable(), archived: z.boolean(), deleted: z.boolean() }),
);

/**
 * A package was moved from `repository` to another one, with all that is in it. The aggregate is the package where it was;
 * later events are of the aggregate where it is, and count on from here. Grants, owners and publishers stay behind and end.
 */
export const packageMoved = eventType(
  'publish.package.moved.v1',
  z.object({ ...inPackage, to: repository, visibility: visibility.nullable(), archived: z.boolean() }),
);

/**
 * Whom the source of a package gives what on it: all of them, in place of those before; nobody, when it gives nothing any more.
 * Who is not of the organization gets nothing by it. Aggregate: the package.
 */
export const packageRolesInherited = eventType(
  'publish.package.roles-inherited.v1',
  z.object({
    ...inPackage,
    /** Version of the repository then, by which one knows whether this or what was heard of the repository is newer. */
    repositoryVersion: z.int().nonnegative().optional(),
    people: z
      .array(
        z.object({
          who: z.union([
            z.strictObject({ username: z.string().min(1).max(200) }),
            z.strictObject({
              identity: z.strictObject({ provider: z.enum(['oidc', 'ldap']), subject: z.string().max(512) }),
            }),
          ]),
          actions: z.array(action).min(1),
        }),
      )
      .max(300),
  }),
);

const tag = z.object({ repository, packagePurl, tag: z.string().max(256), movedBy: z.string().max(200) });

/** A tag (npm dist-tag) was moved to a published version; tags that move with a publish are named in its event alone. */
export const tagMoved = eventType('publish.tag.moved.v1', tag.extend({ version: z.string().max(256) }));
export const tagRemoved = eventType('publish.tag.removed.v1', tag);

/** The aggregate id of everything that happens to one package. */
export function packageAggregate(repositoryId: string, purl: string): string {
  return `${repositoryId}/${purl}`;
}
