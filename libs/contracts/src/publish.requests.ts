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
  repository,
  repositoryId,
  storedDocument,
  visibility,
} from './nouns.js';
import { everyAdapter, requestType } from './request-type.js';

/** An artifact as submitted: its bytes are staged, and `publish` promotes them when the release takes them. */
export const stagedArtifact = artifact.extend({ stagedKey: z.string().max(200) });

/**
 * Submits a release to the pipeline. The same bytes again are success and join the release that exists, whatever its
 * state; other bytes are `conflict` `release.immutable`. Errors: `not-found`, `forbidden`, `invalid`, `conflict`.
 */
export const submitRelease = requestType({
  subject: 'publish.release.submit.v1',
  callers: [everyAdapter],
  request: z.object({
    principal,
    repositoryId,
    purl: releasePurl,
    artifacts: z.array(stagedArtifact).min(1).max(1000),
    metadata: storedDocument,
    tags: z.array(z.string().min(1).max(256)).max(20),
    requestId: z.string().max(100),
  }),
  reply: z.object({ release, joined: z.boolean() }),
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
  }),
  reply: z.object({ aggregateVersion: z.int().nonnegative() }),
});

/** Errors: `not-found` `tag.not-found`. */
export const removeTag = requestType({
  subject: 'publish.tag.remove.v1',
  callers: [everyAdapter],
  request: z.object({ principal, repositoryId, packagePurl, tag: z.string().min(1).max(256) }),
  reply: z.object({ aggregateVersion: z.int().nonnegative() }),
});

/** Creates a hosted repository. Asked by the operator at first start; people use `/api/v1/repositories`. Idempotent by slug and organization. */
export const createRepository = requestType({
  subject: 'publish.repository.create.v1',
  callers: ['operator'],
  request: z.object({ slug: z.string(), organizationId, visibility, createdBy: z.string() }),
  reply: z.object({ repository, created: z.boolean() }),
});

/**
 * The event log in the order in which it was written, a page at a time, so that a read model can be rebuilt from nothing.
 * `after` is the `position` of the last event seen, 0 at first; `next` is null at the end.
 */
export const replayEvents = requestType({
  subject: 'publish.event-log.replay.v1',
  callers: [everyAdapter, 'scanner', 'search'],
  request: z.object({
    after: z.int().nonnegative(),
    types: z.array(z.string()).max(50),
    ecosystem: z.string().max(50).exactOptional(),
  }),
  reply: z.object({ events: z.array(z.object({ position: z.int(), event: eventEnvelope })), next: z.int().nullable() }),
});
