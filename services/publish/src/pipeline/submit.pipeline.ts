import { Inject, Injectable } from '@nestjs/common';
import type { ReplyOf, RequestOf, submitRelease } from '@waybill/contracts';
import { DomainError, toDomainError } from '@waybill/domain';
import type { Logger } from '@waybill/observability';
import { LOGGER } from '@waybill/service-host';
import { releaseFacts } from '../releases/release-facts.js';
import type { PipelineStep, Submission } from './submission.js';

/** Injection token of the steps, in their order (see `pipeline.module.ts`). */
export const PIPELINE_STEPS = Symbol('waybill.pipeline-steps');

/** The one way into the registry, for all ecosystems: named steps, one after another. */
@Injectable()
export class SubmitPipeline {
  readonly #steps: readonly PipelineStep[];
  readonly #log: Logger;

  constructor(@Inject(PIPELINE_STEPS) steps: readonly PipelineStep[], @Inject(LOGGER) log: Logger) {
    this.#steps = steps;
    this.#log = log;
  }

  /** Errors: those of the steps. Nothing is half-written, whichever step fails. */
  async submit(request: RequestOf<typeof submitRelease>): Promise<ReplyOf<typeof submitRelease>> {
    const submission: Submission = { request };
    for (const step of this.#steps) {
      if ((await this.#run(step, submission)) === 'done') break;
    }
    const { release, joined } = submission;
    if (release === undefined)
      throw new DomainError('internal', 'pipeline.incomplete', 'The release was not recorded.');
    return { release: releaseFacts(release), joined: joined ?? false };
  }

  async #run(step: PipelineStep, submission: Submission): Promise<'next' | 'done'> {
    try {
      return await step.run(submission);
    } catch (error) {
      const { kind, code } = toDomainError(error);
      const { purl, requestId } = submission.request;
      this.#log.info(
        { 'pipeline.step': step.name, purl, 'request.id': requestId, kind, code },
        'A release was refused.',
      );
      throw error;
    }
  }
}
