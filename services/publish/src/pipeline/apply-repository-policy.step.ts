import { Injectable } from '@nestjs/common';
import { DomainError } from '@waybill/domain';
import { found, type PipelineStep, type Submission } from './submission.js';

/** What a repository takes: only a hosted one takes releases. */
@Injectable()
export class ApplyRepositoryPolicy implements PipelineStep {
  readonly name = 'apply-repository-policy';

  run(submission: Submission): Promise<'next'> {
    const { kind, slug } = found(submission, 'repository');
    if (kind !== 'hosted') {
      throw new DomainError('invalid', 'repository.not-hosted', `${slug} is not a repository that one publishes to.`);
    }
    return Promise.resolve('next');
  }
}
