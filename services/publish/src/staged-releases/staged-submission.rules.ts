import { DomainError } from '@waybill/domain';
import type { ReleaseEntity } from '../releases/release.entity.js';
import type { RepositoryEntity } from '../repositories/repository.entity.js';

interface Wish {
  readonly stage?: boolean;
}

/** Errors: `forbidden` `release.stage-required` where the repository takes no release that nobody approves. */
export function assertStagedWhereNeeded({ stage }: Wish, { stagedOnly, slug }: RepositoryEntity): void {
  if (!stagedOnly || stage === true) return;
  throw new DomainError(
    'forbidden',
    'release.stage-required',
    `${slug} takes only releases that people approve: stage it, and have it approved.`,
  );
}

/**
 * The same bytes join a release that is there; but nothing is published by that what waits for approval, and nothing waits that
 * went another way (security.md P8). Errors: `conflict` `release.staged` | `release.not-staged`.
 */
export function assertWentThisWay({ stage }: Wish, { state, version, staging }: ReleaseEntity): void {
  if (stage !== true && state === 'staged') {
    throw new DomainError('conflict', 'release.staged', `Version ${version} is staged and waits for approval.`);
  }
  if (stage === true && state !== 'rejected' && staging === null) {
    throw new DomainError(
      'conflict',
      'release.not-staged',
      `Version ${version} exists already, and was submitted without being staged.`,
      { details: { state } },
    );
  }
}
