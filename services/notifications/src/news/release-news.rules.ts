import type {
  DataOf,
  EventEnvelope,
  ReleaseFacts,
  releaseDeprecated,
  releaseRestored,
  releaseWithdrawn,
  releaseYanked,
} from '@waybill/contracts';
import { listed, maxListed, newsOf, shortened } from './news.rules.js';
import type { News, NewsType } from './news.js';

/** A release that was staged, published, held or rejected, without what only its ecosystem needs of it. */
export function newsOfRelease(type: NewsType, { data, ...event }: EventEnvelope<ReleaseFacts>): News {
  return newsOf(type, event, data.repository, {
    releaseId: data.releaseId,
    package: data.packagePurl,
    purl: data.purl,
    version: data.version,
    state: data.state,
    tags: data.tags,
    publishedBy: data.publishedBy.username,
    submittedAt: data.submittedAt,
    settledAt: data.settledAt ?? null,
    artifacts: listed(data.artifacts, ({ filename, role, sizeBytes, digests }) => ({
      filename,
      role,
      sizeBytes,
      sha256: digests.sha256,
    })),
    artifactCount: data.artifacts.length,
    reasons: listed(data.reasons, ({ rule, code, level, message }) => ({
      rule,
      code,
      level,
      message: shortened(message),
    })),
    reasonCount: data.reasons.length,
  });
}

export function newsOfDeprecation({ data, ...event }: EventEnvelope<DataOf<typeof releaseDeprecated>>): News {
  const releases = listed(data.releases, ({ releaseId, version, message }) => {
    return { releaseId, version, message: message === null ? null : shortened(message) };
  });
  return newsOf('waybill.release.deprecated.v1', event, data.repository, { ...countOf(data), releases });
}

export function newsOfYank({ data, ...event }: EventEnvelope<DataOf<typeof releaseYanked>>): News {
  const releases = listed(data.releases, ({ releaseId, version, yanked }) => ({ releaseId, version, yanked }));
  return newsOf('waybill.release.yanked.v1', event, data.repository, { ...countOf(data), releases });
}

export function newsOfWithdrawal({ data, ...event }: EventEnvelope<DataOf<typeof releaseWithdrawn>>): News {
  return newsOf('waybill.release.withdrawn.v1', event, data.repository, {
    ...countOf(data),
    releases: listed(data.releases, ({ releaseId, version }) => ({ releaseId, version })),
    removedTags: data.removedTags.slice(0, maxListed),
    movedTags: firstOf(data.movedTags),
  });
}

export function newsOfRestoration({ data, ...event }: EventEnvelope<DataOf<typeof releaseRestored>>): News {
  return newsOf('waybill.release.restored.v1', event, data.repository, {
    ...countOf(data),
    releases: listed(data.releases, ({ releaseId, version }) => ({ releaseId, version })),
    tags: firstOf(data.tags),
  });
}

function countOf({ packagePurl, releases }: { readonly packagePurl: string; readonly releases: readonly unknown[] }) {
  return { package: packagePurl, releaseCount: releases.length };
}

function firstOf(tags: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(tags).slice(0, maxListed));
}
