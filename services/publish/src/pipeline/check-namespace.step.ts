import { Injectable } from '@nestjs/common';
import { DomainError, parsePackagePurl } from '@waybill/domain';
import { found, type PipelineStep, type Submission } from './submission.js';

/**
 * A new name under a verified claim belongs to the organization that holds the claim; packages that exist go on. What
 * `find-repository` saw of that came with its one question (ADR 0022, 0044). It does not say whose claim it is (A6).
 */
@Injectable()
export class CheckNamespace implements PipelineStep {
  readonly name = 'check-namespace';

  run(submission: Submission): Promise<'next'> {
    assertNameIsFree(submission);
    return Promise.resolve('next');
  }
}

/** Errors: `forbidden` `namespace.reserved`. */
export function assertNameIsFree(submission: Submission): void {
  const { reservedFor } = found(submission, 'seen');
  const { organizationId } = found(submission, 'repository');
  if (reservedFor === undefined || reservedFor === organizationId) return;
  const { namespace, name } = parsePackagePurl(found(submission, 'packagePurl'));
  throw new DomainError(
    'forbidden',
    'namespace.reserved',
    `${namespace === undefined ? name : `${namespace}/${name}`} is a name that another organization has reserved: ` +
      'only its own repositories may create packages under it.',
  );
}
