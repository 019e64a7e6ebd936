import { Injectable } from '@nestjs/common';
import { DomainError } from '@waybill/domain';
import type { RepositoryEntity } from '../repositories/repository.entity.js';
import { requireUnarchived } from '../repositories/repository.rules.js';
import { found, type PipelineStep, type Submission } from './submission.js';

/** What a repository takes: only a hosted one takes releases, and none that is archived. */
@Injectable()
export class ApplyRepositoryPolicy implements PipelineStep {
  readonly name = 'apply-repository-policy';

  run(submission: Submission): Promise<'next'> {
    assertTakesReleases(found(submission, 'repository'));
    return Promise.resolve('next');
  }
}

/** Errors: `invalid` `repository.not-hosted`, `conflict` `repository.archived`. */
export function assertTakesReleases(repository: RepositoryEntity): void {
  const { kind, slug } = repository;
  if (kind !== 'hosted') {
    throw new DomainError('invalid', 'repository.not-hosted', `${slug} is not a repository that one publishes to.`);
  }
  requireUnarchived(repository);
}
