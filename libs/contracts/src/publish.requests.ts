import { z } from 'zod';
import { eventEnvelope } from './event-envelope.js';
import {
  artifact,
  organizationId,
  packagePurl,
  principal,
  release,
  releaseId,
  releasePurl,
  releaseSummary,
  repository,
  repositoryId,
  storedDocument,
  visibility,
} from './nouns.js';
import { everyAdapter, requestType } from './request-type.js';

/** An artifact as submitted: its bytes are staged, and `publish` promotes them when the release takes them. */
export const stagedArtifact = artifact.extend({ stagedKey: z.string().max(200) });

const submission = {
  purl: releasePurl,
  artifacts: z.array(stagedArtifact).min(1).max(1000),
  metadata: storedDocument,
  summary: releaseSummary.default({}),
  tags: z.array(z.string().min(1).max(256)).max(20),
};

/**
 * Submits a release to the pipeline. The same bytes again are success and join the release that exists, whatever its
 * state; other bytes are `conflict` `release.immutable`, or `forbidden` `release.withdrawn` where that version was withdrawn.
 * A release that was rejected for the sake of others in its batch is not joined but checked anew. Errors: `not-found`,
 * `forbidden`, `invalid`, `conflict`, `unavailable`.
 */
export const submitRelease = requestType({
  subject: 'publish.release.submit.v1',
  callers: [everyAdapter],
  request: z.object({
    principal,
    repositoryId,
    ...submission,
    /** To wait for approval before it is checked and published; needs `stage` or `publish`. */
    stage: z.boolean().exactOptional(),
    requestId: z.string().max(100),
  }),
  reply: z.object({ release, joined: z.boolean() }),
});

/**
 * Submits releases of several packages of one repository that are published together or not at all: all are recorded in
 * one transaction, and they settle when the last of them was scanned, with the worst verdict of all. Errors: those of
 * `submitRelease`, of the first submission that is refused, `invalid` `batch.duplicate`, and `conflict` `batch.partly-there`
 * where one was submitted before and is not visible, or `release.rejected-meanwhile` where one that was is rejected again and
 * again meanwhile; then nothing is recorded. The same batch again joins the first one.
 */
export const submitReleaseBatch = requestType({
  subject: 'publish.release.submit-batch.v1',
  callers: [everyAdapter],
  request: z.object({
    principal,
    repositoryId,
    submissions: z.array(z.object(submission)).min(1).max(100),
    requestId: z.string().max(100),
  }),
  reply: z.object({ releases: z.array(z.object({ release, joined: z.boolean() })) }),
});

/**
 * Sets or (with an empty message) lifts the deprecation of versions. Needs `metadata` on the package. Idempotent: versions
 * that have that message already change nothing. `aggregateVersion` is that of the event, or of the package when nothing
 * changed. Errors: `not-found` `version.not-found`, `forbidden`.
 */
export const deprecateReleases = requestType({
  subject: 'publish.release.deprecate.v1',
  callers: [everyAdapter],
  request: z.object({
    principal,
    repositoryId,
    packagePurl,
    messages: z.record(z.string().min(1).max(256), z.string().max(2000)),
    requestId: z.string().max(100),
  }),
  reply: z.object({ aggregateVersion: z.int().nonnegative() }),
});

/**
 * Takes versions back (npm unpublish): they are served no more and their version is never used again for other bytes.
 * Needs `delete` on the package. `expectedAggregateVersion`: refuse when what clients see of the package has changed
 * since. `tags` are to point elsewhere afterwards; tags of withdrawn versions go. Who may not `publish` as well moves tags
 * of withdrawn versions only. Errors: `conflict` `package.changed-meanwhile`, `not-found` `version.not-found`, `forbidden`.
 */
export const withdrawReleases = requestType({
  subject: 'publish.release.withdraw.v1',
  callers: [everyAdapter],
  request: z.object({
    principal,
    repositoryId,
    packagePurl,
    versions: z.union([z.literal('all'), z.array(z.string().min(1).max(256)).min(1).max(10_000)]),
    tags: z.record(z.string().min(1).max(256), z.string().max(256)).default({}),
    expectedAggregateVersion: z.int().nonnegative().exactOptional(),
    requestId: z.string().max(100),
  }),
  reply: z.object({ aggregateVersion: z.int().nonnegative(), withdrawn: z.array(z.string()) }),
});

/** A release that waits for approval, as native clients show it. */
const stagedRelease = z.object({
  release,
  approvals: z.object({ given: z.int().nonnegative(), needed: z.int().positive() }),
  /** When it is rejected by itself; null once it is settled. */
  expiresAt: z.iso.datetime().nullable().default(null),
});

/**
 * Releases that wait for approval and that the caller may approve or has staged, newest first. `packagePurl`: of one package.
 * `ecosystem`: the purl type.
 */
export const listStagedReleases = requestType({
  subject: 'publish.staged-release.list.v1',
  callers: [everyAdapter],
  request: z.object({
    principal,
    repositoryId,
    ecosystem: z.string().max(50),
    packagePurl: packagePurl.exactOptional(),
    offset: z.int().nonnegative().max(100_000),
    limit: z.int().min(1).max(100),
  }),
  reply: z.object({ items: z.array(stagedRelease), total: z.int().nonnegative() }),
});

/** Errors: `not-found` `staged-release.not-found`, also for what the caller may not know of. */
export const getStagedRelease = requestType({
  subject: 'publish.staged-release.get.v1',
  callers: [everyAdapter],
  request: z.object({ principal, repositoryId, releaseId }),
  reply: stagedRelease,
});

/**
 * `approve`: one more approval, of these very bytes (`digests`: sha256 of each artifact by its filename, where the client names
 * them); with the last one that is needed the release goes on to be checked. `reject`: it was never seen. Errors: `not-found`
 * `staged-release.not-found`, `forbidden` `auth.forbidden` | `release.own` | `auth.people-only` | `auth.step-up-required`,
 * `unauthenticated` `login.second-factor-needed` | `login.second-factor-failed` (then again with `code`), `conflict`
 * `staged-release.already-approved` | `staged-release.other-bytes` | `staged-release.settled` | `package.archived` |
 * `package.deleted` | `repository.archived`.
 */
export const decideStagedRelease = requestType({
  subject: 'publish.staged-release.decide.v1',
  callers: [everyAdapter],
  request: z.object({
    principal,
    repositoryId,
    releaseId,
    decision: z.enum(['approve', 'reject']),
    reason: z.string().max(2000).default(''),
    digests: z.record(z.string().max(500), z.string().max(200)).exactOptional(),
    /** Of their second factor; needed where they have one, come with a token, and approve, or reject what a trusted publisher staged. */
    code: z.string().max(200).exactOptional(),
    clientAddress: z.string().max(100).exactOptional(),
    requestId: z.string().max(100),
  }),
  reply: stagedRelease,
});

/** Where a release stands; asked by the adapter that waits for it to settle. */
export const getRelease = requestType({
  subject: 'publish.release.get.v1',
  callers: [everyAdapter, 'scanner'],
  request: z.object({ releaseId }),
  reply: z.object({ release: release.nullable() }),
});

/** Errors: `not-found` `version.not-found` when no published release has that version. Idempotent. */
export const moveTag = requestType({
  subject: 'publish.tag.move.v1',
  callers: [everyAdapter],
  request: z.object({
    principal,
    repositoryId,
    packagePurl,
    tag: z.string().min(1).max(256),
    version: z.string().max(256),
    requestId: z.string().max(100).exactOptional(),
  }),
  reply: z.object({ aggregateVersion: z.int().nonnegative() }),
});

/** Errors: `not-found` `tag.not-found`. */
export const removeTag = requestType({
  subject: 'publish.tag.remove.v1',
  callers: [everyAdapter],
  request: z.object({
    principal,
    repositoryId,
    packagePurl,
    tag: z.string().min(1).max(256),
    requestId: z.string().max(100).exactOptional(),
  }),
  reply: z.object({ aggregateVersion: z.int().nonnegative() }),
});

/**
 * How visible a package is by itself, and whether anything new is published to it; what is left out stays. Needs
 * `manage-access` on the package. `visibility` null: as its repository. Answered when every gateway knows. Errors: `invalid`
 * `package.wider-than-repository`, `not-found`, `forbidden`, `unavailable` `package.not-announced`.
 */
export const changePackage = requestType({
  subject: 'publish.package.change.v1',
  callers: [everyAdapter],
  request: z.object({
    principal,
    repositoryId,
    packagePurl,
    visibility: visibility.nullable().exactOptional(),
    archived: z.boolean().exactOptional(),
    requestId: z.string().max(100).exactOptional(),
  }),
  reply: z.object({ aggregateVersion: z.int().nonnegative(), visibility }),
});

/** Creates a hosted repository. Asked by the operator at first start; people use `/api/v1/repositories`. Idempotent by slug and organization. */
export const createRepository = requestType({
  subject: 'publish.repository.create.v1',
  callers: ['operator'],
  request: z.object({ slug: z.string(), organizationId, visibility, createdBy: z.string() }),
  reply: z.object({ repository, created: z.boolean() }),
});

/**
 * What a repository, or a package in it, is in the terms of the permission model: for services that decide on access to it.
 * `resource` is null where there is no such repository, where it was deleted, and where it is not `organizationId`'s. A package
 * need not exist: a grant may be given before the first publish.
 */
export const resolveResource = requestType({
  subject: 'publish.resource.resolve.v1',
  callers: ['auth', 'audit'],
  request: z.object({
    organizationId: organizationId.exactOptional(),
    repository: z.string().min(1).max(64),
    packagePurl: packagePurl.exactOptional(),
  }),
  reply: z.object({
    resource: z
      .object({ organizationId, repositoryId, visibility, packagePurl: packagePurl.exactOptional() })
      .nullable(),
  }),
});

/** How much an organization owns here, deleted repositories that can be restored included: an organization that owns anything is not deleted. */
export const organizationUsage = requestType({
  subject: 'publish.organization.usage.v1',
  callers: ['auth'],
  request: z.object({ organizationId }),
  reply: z.object({ repositories: z.int().nonnegative(), packages: z.int().nonnegative() }),
});

/**
 * The event log in the order in which it was written, a page at a time, so that a read model can be rebuilt from nothing.
 * `after` is the `position` of the last event seen, 0 at first; `next` is null at the end.
 */
export const replayEvents = requestType({
  subject: 'publish.event-log.replay.v1',
  callers: [everyAdapter, 'scanner', 'search', 'notifications'],
  request: z.object({
    after: z.int().nonnegative(),
    types: z.array(z.string()).max(50),
    ecosystem: z.string().max(50).exactOptional(),
  }),
  reply: z.object({ events: z.array(z.object({ position: z.int(), event: eventEnvelope })), next: z.int().nullable() }),
});
