import type { DataOf, EventEnvelope, RepositoryFacts, releaseDeprecated, releaseWithdrawn } from '@waybill/contracts';
import type { ReleaseFacts, tagMoved, tagRemoved } from '@waybill/contracts';
import type { News, NewsType } from './news.js';

const maxListed = 200;
const maxTextCharacters = 300;

/** A release that was published, held or rejected, without what only its ecosystem needs of it. */
export function newsOfRelease(type: NewsType, { data, ...event }: EventEnvelope<ReleaseFacts>): News {
  const artifacts = data.artifacts.slice(0, maxListed);
  const reasons = data.reasons.slice(0, maxListed);
  return news(type, event, data.repository, {
    releaseId: data.releaseId,
    package: data.packagePurl,
    purl: data.purl,
    version: data.version,
    state: data.state,
    tags: data.tags,
    publishedBy: data.publishedBy.username,
    submittedAt: data.submittedAt,
    settledAt: data.settledAt ?? null,
    artifacts: artifacts.map(({ filename, role, sizeBytes, digests }) => ({
      filename,
      role,
      sizeBytes,
      sha256: digests.sha256,
    })),
    artifactCount: data.artifacts.length,
    reasons: reasons.map(({ rule, code, level, message }) => ({ rule, code, level, message: shortened(message) })),
    reasonCount: data.reasons.length,
  });
}

export function newsOfDeprecation({ data, ...event }: EventEnvelope<DataOf<typeof releaseDeprecated>>): News {
  return news('waybill.release.deprecated.v1', event, data.repository, {
    package: data.packagePurl,
    releases: data.releases.slice(0, maxListed).map(({ releaseId, version, message }) => ({
      releaseId,
      version,
      message: message === null ? null : shortened(message),
    })),
    releaseCount: data.releases.length,
  });
}

export function newsOfWithdrawal({ data, ...event }: EventEnvelope<DataOf<typeof releaseWithdrawn>>): News {
  return news('waybill.release.withdrawn.v1', event, data.repository, {
    package: data.packagePurl,
    releases: data.releases.slice(0, maxListed).map(({ releaseId, version }) => ({ releaseId, version })),
    releaseCount: data.releases.length,
    removedTags: data.removedTags.slice(0, maxListed),
    movedTags: Object.fromEntries(Object.entries(data.movedTags).slice(0, maxListed)),
  });
}

export function newsOfMovedTag({ data, ...event }: EventEnvelope<DataOf<typeof tagMoved>>): News {
  const { packagePurl, tag, version } = data;
  return news('waybill.tag.moved.v1', event, data.repository, { package: packagePurl, tag, version });
}

export function newsOfRemovedTag({ data, ...event }: EventEnvelope<DataOf<typeof tagRemoved>>): News {
  return news('waybill.tag.removed.v1', event, data.repository, { package: data.packagePurl, tag: data.tag });
}

export function newsOfRepository(type: NewsType, { data, ...event }: EventEnvelope<RepositoryFacts>): News {
  return news(type, event, data, {});
}

export function news(
  type: NewsType,
  { id, subject, time }: Omit<EventEnvelope, 'data'>,
  repository: Pick<RepositoryFacts, 'repositoryId' | 'organizationId' | 'slug' | 'visibility'>,
  more: Readonly<Record<string, unknown>>,
): News {
  const { organizationId, repositoryId, slug, visibility } = repository;
  const data = { organizationId, repository: { id: repositoryId, slug, visibility }, ...more };
  return { eventId: id, type, subject, time, organizationId, repositoryId, data };
}

function shortened(text: string): string {
  return text.length <= maxTextCharacters ? text : `${text.slice(0, maxTextCharacters)}…`;
}
