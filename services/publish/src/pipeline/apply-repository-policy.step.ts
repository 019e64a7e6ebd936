import { Injectable } from '@nestjs/common';
import { DomainError } from '@waybill/domain';
import type { RepositoryEntity } from '../repositories/repository.entity.js';
import { requireUnarchived } from '../repositories/repository.rules.js';
import { assertStagedWhereNeeded } from '../staged-releases/staged-submission.rules.js';
import { found, type PipelineStep, type Submission } from './submission.js';

/** What a repository takes: only a hosted one takes releases, and none that is archived; some only staged ones. */
@Injectable()
export class ApplyRepositoryPolicy implements PipelineStep {
  readonly name = 'apply-repository-policy';

  run(submission: Submission): Promise<'next'> {
    const repository = found(submission, 'repository');
    assertTakesReleases(repository);
    assertStagedWhereNeeded(submission.request, repository);
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
