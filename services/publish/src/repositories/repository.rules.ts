import { DomainError } from '@waybill/domain';
import type { RepositoryEntity } from './repository.entity.js';

const day = 24 * 60 * 60 * 1000;
/** How long a deleted repository can be brought back. */
export const restorableMilliseconds = 30 * day;

/** Errors: `conflict` `repository.archived`. */
export function requireUnarchived({ archived, slug }: Pick<RepositoryEntity, 'archived' | 'slug'>): void {
  if (!archived) return;
  throw new DomainError(
    'conflict',
    'repository.archived',
    `The repository ${slug} is archived: it can be read, and nothing in it changes until it is unarchived.`,
  );
}

/** Until when a deleted repository can be brought back; undefined for one that is not deleted. */
export function restorableUntil({ deletedAt }: Pick<RepositoryEntity, 'deletedAt'>): Date | undefined {
  return deletedAt === null ? undefined : new Date(deletedAt.getTime() + restorableMilliseconds);
}

export function isRestorable(repository: Pick<RepositoryEntity, 'deletedAt'>, now = new Date()): boolean {
  const until = restorableUntil(repository);
  return until !== undefined && now < until;
}

export function repositoryNotFound(): DomainError {
  return new DomainError('not-found', 'repository.not-found', 'The repository was not found.');
}
