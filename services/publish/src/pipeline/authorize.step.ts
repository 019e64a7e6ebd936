import { Injectable } from '@nestjs/common';
import { assertStillMay } from '../decided-again/decided-again.rules.js';
import { packageResourceOf } from '../packages/package-resource.js';
import type { PackageEntity } from '../packages/package.entity.js';
import { found, type PipelineStep, type Submission } from './submission.js';

/** Asks again what the adapter's guard asked: it decides here whether anything is written (security.md A1). */
@Injectable()
export class Authorize implements PipelineStep {
  readonly name = 'authorize';

  run(submission: Submission): Promise<'next'> {
    assertMayPublish(submission, found(submission, 'seen').owner?.package ?? null);
    return Promise.resolve('next');
  }
}

/** `owner`: the package that the release goes to; null where it is new. Errors: `unauthenticated`, `forbidden`, `not-found`. */
export function assertMayPublish(submission: Submission, owner: PackageEntity | null): void {
  const purl = found(submission, 'packagePurl');
  const repository = found(submission, 'repository');
  const resource = packageResourceOf(repository, { purl, visibility: owner?.visibility ?? null });
  assertStillMay(submission.request.principal, 'publish', repository.deletedAt === null ? resource : undefined, purl);
}
