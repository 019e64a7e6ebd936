import { Injectable } from '@nestjs/common';
import { can, refusal } from '@waybill/domain';
import { packageResourceOf } from '../packages/package-resource.js';
import { found, type PipelineStep, type Submission } from './submission.js';

/** Asks again what the adapter's guard asked: it decides here whether anything is written (security.md A1). */
@Injectable()
export class Authorize implements PipelineStep {
  readonly name = 'authorize';

  run(submission: Submission): Promise<'next'> {
    const purl = found(submission, 'packagePurl');
    const visibility = found(submission, 'seen').owner?.package.visibility ?? null;
    const resource = packageResourceOf(found(submission, 'repository'), { purl, visibility });
    const decision = can(submission.request.principal, 'publish', resource);
    if (!decision.allowed) throw refusal(decision, purl);
    return Promise.resolve('next');
  }
}
