import { z } from 'zod';
import { eventType } from './event-envelope.js';
import { packagePurl, release, releaseId, repository } from './nouns.js';

/** Aggregate: the repository. */
export const repositoryCreated = eventType('publish.repository.created.v1', repository);
export const repositoryChanged = eventType('publish.repository.changed.v1', repository);

/** Aggregate of all release and tag events: the package in its repository (`<repositoryId>/<package purl>`). */
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

const tag = z.object({ repository, packagePurl, tag: z.string().max(256), movedBy: z.string().max(200) });

/** A tag (npm dist-tag) was moved to a published version; tags that move with a publish are named in its event alone. */
export const tagMoved = eventType('publish.tag.moved.v1', tag.extend({ version: z.string().max(256) }));
export const tagRemoved = eventType('publish.tag.removed.v1', tag);

/** The aggregate id of everything that happens to one package. */
export function packageAggregate(repositoryId: string, purl: string): string {
  return `${repositoryId}/${purl}`;
}
