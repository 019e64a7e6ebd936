import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { ReplyOf, RequestOf, submitReleaseBatch } from '@waybill/contracts';
import { DomainError, isVisible } from '@waybill/domain';
import { RecordRelease, rejectedMeanwhile } from '../pipeline/record-release.step.js';
import type { Submission } from '../pipeline/submission.js';
import { replyOf, SubmitPipeline } from '../pipeline/submit.pipeline.js';

/** What was to be joined may be rejected meanwhile: then every step looks at it anew. */
const maxTries = 3;

/** Releases of several packages that are published together or not at all. */
@Injectable()
export class BatchesService {
  readonly #pipeline: SubmitPipeline;
  readonly #record: RecordRelease;

  constructor(pipeline: SubmitPipeline, record: RecordRelease) {
    this.#pipeline = pipeline;
    this.#record = record;
  }

  /**
   * Every step but the last for each, then all in one transaction. The same batch again joins the first one. Errors: those
   * of the steps, `invalid` `batch.duplicate`, `conflict` `batch.partly-there` | `release.rejected-meanwhile`.
   */
  async submit(request: RequestOf<typeof submitReleaseBatch>): Promise<ReplyOf<typeof submitReleaseBatch>> {
    const { submissions: wishes, ...shared } = request;
    assertEachOnce(wishes.map((wish) => wish.purl));
    const requests = wishes.map((wish) => ({ ...shared, ...wish }));
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.#submitAll(requests);
      } catch (error) {
        if (tries === maxTries || !(error instanceof DomainError) || error.code !== rejectedMeanwhile) throw error;
      }
    }
  }

  async #submitAll(requests: readonly Submission['request'][]): Promise<ReplyOf<typeof submitReleaseBatch>> {
    const submissions: Submission[] = requests.map((request) => ({ request }));
    for (const submission of submissions) await this.#pipeline.prepare(submission);
    const isRepeated = submissions.every((submission) => submission.joined === true);
    // What one of them found before the lock may be old by now: all are looked at again under it.
    if (!isRepeated) await this.#record.runAll(submissions, randomUUID(), assertWhole);
    return { releases: submissions.map(replyOf) };
  }
}

function assertEachOnce(purls: readonly string[]): void {
  if (new Set(purls).size === purls.length) return;
  throw new DomainError('invalid', 'batch.duplicate', 'A batch names each release once.');
}

/** What is there already does not wait for the rest, so it must be published already, or all must be there. */
function assertWhole(submissions: readonly Submission[]): void {
  const there = submissions.filter((submission) => submission.joined === true);
  if (there.length === submissions.length) return;
  const waiting = there.find(({ release }) => release !== undefined && !isVisible(release.release.state));
  if (waiting === undefined) return;
  throw new DomainError(
    'conflict',
    'batch.partly-there',
    `${waiting.request.purl} was submitted before and is not published; the others are not published without it.`,
  );
}
