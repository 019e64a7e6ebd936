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
    await this.#runSteps(this.#steps, submission);
    return replyOf(submission);
  }

  /** Everything before the transaction: each refusal that can be known without the lock of the package. */
  prepare(submission: Submission): Promise<void> {
    return this.#runSteps(this.#steps.slice(0, -1), submission);
  }

  async #runSteps(steps: readonly PipelineStep[], submission: Submission): Promise<void> {
    for (const step of steps) {
      if ((await this.#run(step, submission)) === 'done') break;
    }
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

export function replyOf({ release, joined }: Submission): ReplyOf<typeof submitRelease> {
  if (release === undefined) throw new DomainError('internal', 'pipeline.incomplete', 'The release was not recorded.');
  return { release: releaseFacts(release), joined: joined ?? false };
}
