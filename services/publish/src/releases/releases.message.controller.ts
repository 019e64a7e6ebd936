import { Controller } from '@nestjs/common';
import type { ReplyOf, RequestOf } from '@waybill/contracts';
import { getRelease, submitRelease } from '@waybill/contracts';
import { Answers } from '@waybill/messaging';
import { SubmitPipeline } from '../pipeline/submit.pipeline.js';
import { releaseFacts } from './release-facts.js';
import { ReleaseRepository } from './release.repository.js';

@Controller()
export class ReleasesMessageController {
  readonly #pipeline: SubmitPipeline;
  readonly #releases: ReleaseRepository;

  constructor(pipeline: SubmitPipeline, releases: ReleaseRepository) {
    this.#pipeline = pipeline;
    this.#releases = releases;
  }

  @Answers(submitRelease)
  submit(request: RequestOf<typeof submitRelease>): Promise<ReplyOf<typeof submitRelease>> {
    return this.#pipeline.submit(request);
  }

  @Answers(getRelease)
  async get(request: RequestOf<typeof getRelease>): Promise<ReplyOf<typeof getRelease>> {
    const whole = await this.#releases.findWhole(request.releaseId);
    return { release: whole === null ? null : releaseFacts(whole) };
  }
}
