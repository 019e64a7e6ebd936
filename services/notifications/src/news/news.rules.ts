import type { EventEnvelope, RepositoryFacts } from '@waybill/contracts';
import type { News, NewsType } from './news.js';

/** Of what is listed in an event, so many are told; how many there were is told beside them. */
export const maxListed = 200;
const maxTextCharacters = 300;

type ToldRepository = Pick<RepositoryFacts, 'repositoryId' | 'organizationId' | 'slug' | 'visibility'>;

/** News about a repository or what is in it. */
export function newsOf(
  type: NewsType,
  { id, subject, time }: Omit<EventEnvelope, 'data'>,
  repository: ToldRepository,
  more: Readonly<Record<string, unknown>>,
): News {
  const { organizationId, repositoryId, slug, visibility } = repository;
  const data = { organizationId, repository: { id: repositoryId, slug, visibility }, ...more };
  return { eventId: id, type, subject, time, organizationId, repositoryId, data };
}

export function listed<Item, Told>(items: readonly Item[], told: (item: Item) => Told): Told[] {
  return items.slice(0, maxListed).map(told);
}

export function shortened(text: string): string {
  return text.length <= maxTextCharacters ? text : `${text.slice(0, maxTextCharacters)}…`;
}
