import { Injectable } from '@nestjs/common';
import { DomainError } from '@waybill/domain';
import { requireUnarchived } from '../repositories/repository.rules.js';
import { found, type PipelineStep, type Submission } from './submission.js';

/** What a repository takes: only a hosted one takes releases, and none that is archived. */
@Injectable()
export class ApplyRepositoryPolicy implements PipelineStep {
  readonly name = 'apply-repository-policy';

  run(submission: Submission): Promise<'next'> {
    const repository = found(submission, 'repository');
    const { kind, slug } = repository;
    if (kind !== 'hosted') {
      throw new DomainError('invalid', 'repository.not-hosted', `${slug} is not a repository that one publishes to.`);
    }
    requireUnarchived(repository);
    return Promise.resolve('next');
  }
}
