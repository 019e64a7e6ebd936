import { Injectable } from '@nestjs/common';
import type { Action, Resource } from '@waybill/domain';
import { can } from '@waybill/domain';
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
  const action = actionOf(submission, resource);
  assertStillMay(submission.request.principal, action, repository.deletedAt === null ? resource : undefined, purl);
}

/** Who may publish may stage, too; who may only stage hears what they lack (P8). */
function actionOf({ request }: Submission, resource: Resource): Action {
  if (request.stage !== true || can(request.principal, 'publish', resource).allowed) return 'publish';
  return 'stage';
}
