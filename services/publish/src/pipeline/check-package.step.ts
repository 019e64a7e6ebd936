import { Injectable } from '@nestjs/common';
import { assertOpen } from '../packages/open-package.rules.js';
import { found, type PipelineStep, type Submission } from './submission.js';

/**
 * Before any byte moves: an archived or deleted package takes nothing new. What is there already was joined by the step before.
 * `record-release` asks again under the lock.
 */
@Injectable()
export class CheckPackage implements PipelineStep {
  readonly name = 'check-package';

  run(submission: Submission): Promise<'next'> {
    const { owner } = found(submission, 'seen');
    if (owner !== undefined) assertOpen(owner.package);
    return Promise.resolve('next');
  }
}
