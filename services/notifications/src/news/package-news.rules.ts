import type {
  DataOf,
  EventEnvelope,
  packageChanged,
  packageMoved,
  packageOwnersChanged,
  RepositoryFacts,
  repositoryChanged,
  repositoryCreated,
  repositoryPurged,
  tagMoved,
  tagRemoved,
} from '@waybill/contracts';
import { packageAggregate } from '@waybill/contracts';
import { listed, newsOf } from './news.rules.js';
import type { News } from './news.js';

export function newsOfMovedTag({ data, ...event }: EventEnvelope<DataOf<typeof tagMoved>>): News {
  const { packagePurl, tag, version } = data;
  return newsOf('waybill.tag.moved.v1', event, data.repository, { package: packagePurl, tag, version });
}

export function newsOfRemovedTag({ data, ...event }: EventEnvelope<DataOf<typeof tagRemoved>>): News {
  return newsOf('waybill.tag.removed.v1', event, data.repository, { package: data.packagePurl, tag: data.tag });
}

export function newsOfPackage({ data, ...event }: EventEnvelope<DataOf<typeof packageChanged>>): News {
  const { packagePurl, visibility, archived, deleted } = data;
  const more = { package: packagePurl, packageVisibility: visibility, archived, deleted };
  return newsOf('waybill.package.changed.v1', event, data.repository, more);
}

/**
 * To the repository that a package left. Where it went is told only where everybody may know that place: who manages the
 * one repository need not know of the other (security.md A6).
 */
export function newsOfMove({ data, ...event }: EventEnvelope<DataOf<typeof packageMoved>>): News {
  const { to, packagePurl } = data;
  const movedTo = to.visibility === 'public' ? { id: to.repositoryId, slug: to.slug } : null;
  return newsOf('waybill.package.moved.v1', event, data.repository, { package: packagePurl, movedTo });
}

/** The same to the repository that it came to. */
export function newsOfArrival({ data, ...event }: EventEnvelope<DataOf<typeof packageMoved>>): News {
  const { repository: from, to, packagePurl } = data;
  const movedFrom = from.visibility === 'public' ? { id: from.repositoryId, slug: from.slug } : null;
  // The aggregate of the event is where the package was.
  const arrival = { ...event, subject: packageAggregate(to.repositoryId, packagePurl) };
  return newsOf('waybill.package.moved.v1', arrival, to, { package: packagePurl, movedFrom });
}

/** Names only: the addresses of owners are nobody else's business. */
export function newsOfOwners(
  { data, ...event }: EventEnvelope<DataOf<typeof packageOwnersChanged>>,
  repository: Pick<RepositoryFacts, 'repositoryId' | 'organizationId' | 'slug' | 'visibility'>,
): News {
  const owners = listed(data.owners, ({ username }) => username);
  const more = { package: data.packagePurl, owners, ownerCount: data.owners.length };
  return newsOf('waybill.package-owners.changed.v1', event, repository, more);
}

export function newsOfNewRepository({ data, ...event }: EventEnvelope<DataOf<typeof repositoryCreated>>): News {
  return newsOf('waybill.repository.created.v1', event, data, {});
}

export function newsOfRepository({ data, ...event }: EventEnvelope<DataOf<typeof repositoryChanged>>): News {
  const { archived, deleted } = data;
  return newsOf('waybill.repository.changed.v1', event, data, { archived, deleted });
}

/** To its organization: webhooks of its own are gone with it. */
export function newsOfPurge({ data, ...event }: EventEnvelope<DataOf<typeof repositoryPurged>>): News {
  const { id: eventId, subject, time } = event;
  const { organizationId, repositoryId, slug } = data;
  const told = { organizationId, repository: { id: repositoryId, slug } };
  return { eventId, type: 'waybill.repository.purged.v1', subject, time, organizationId, repositoryId, data: told };
}
