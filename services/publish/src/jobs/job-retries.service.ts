import { Injectable } from '@nestjs/common';
import { type AuditActor, AuditTrail } from '@waybill/audit';
import type { Principal, ReleaseId } from '@waybill/domain';
import { DomainError } from '@waybill/domain';
import { UnitOfWork } from '@waybill/persistence';
import { StagingCollector } from '../collector/staging.collector.js';
import { RescansService } from '../held-releases/rescans.service.js';
import { RepositoryPurge } from '../repositories/repository-purge.js';
import { DeadLetters } from './dead-letters.js';

const jobShape =
  /^(?:(dead-letter):([1-9]\d{0,14})|(run):([a-z-]{1,100})|(scan):([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}))$/;

export interface JobRetry {
  readonly by: AuditActor;
  readonly caller: Principal;
  readonly requestId: string;
}

/** Has jobs done again, each with one audit event. */
@Injectable()
export class JobRetriesService {
  readonly #letters: DeadLetters;
  readonly #rescans: RescansService;
  readonly #runs: ReadonlyMap<string, { sweep(): void }>;
  readonly #audit: AuditTrail;
  readonly #unitOfWork: UnitOfWork;

  constructor(
    letters: DeadLetters,
    rescans: RescansService,
    collector: StagingCollector,
    purge: RepositoryPurge,
    audit: AuditTrail,
    unitOfWork: UnitOfWork,
  ) {
    this.#letters = letters;
    this.#rescans = rescans;
    this.#runs = new Map<string, { sweep(): void }>([
      ['collector', collector],
      ['repository-purge', purge],
    ]);
    this.#audit = audit;
    this.#unitOfWork = unitOfWork;
  }

  /**
   * Errors: `not-found`; those of `RescansService.rescan`; of a dead letter `conflict` `job.failed-again`, `job.busy` and
   * `unavailable` `service.unavailable`.
   */
  async retry(jobId: string, asked: JobRetry): Promise<void> {
    const [, letter, sequence, run, name = '', , releaseId] = jobShape.exec(jobId) ?? [];
    if (letter !== undefined) return this.#retryLetter(jobId, Number(sequence), asked);
    if (run !== undefined) return this.#retryRun(jobId, name, asked);
    if (releaseId === undefined) throw notFound();
    const { caller: reviewer, requestId } = asked;
    await this.#rescans.rescan(releaseId as ReleaseId, { reviewer, requestId });
  }

  async #retryLetter(jobId: string, sequence: number, { by }: JobRetry): Promise<void> {
    const letter = await this.#letters.find(sequence);
    if (letter === undefined) throw notFound();
    const { service, type, event } = letter;
    await this.#record(jobId, by, { service, type, eventId: event?.id ?? null });
    const outcome = await this.#letters.retry(letter);
    if (outcome === 'absent') throw notFound();
    if (outcome === 'busy') throw busy();
    if (outcome === 'failed') throw failedAgain();
  }

  /** What is at it already goes on, and nothing begins beside it. */
  async #retryRun(jobId: string, name: string, { by }: JobRetry): Promise<void> {
    const run = this.#runs.get(name);
    if (run === undefined) throw notFound();
    await this.#record(jobId, by, { name });
    run.sweep();
  }

  #record(jobId: string, by: AuditActor, details: Readonly<Record<string, unknown>>): Promise<void> {
    const entry = { action: 'job.retry' as const, subject: `job:${jobId}`, details };
    return this.#unitOfWork.run((manager) => this.#audit.record(manager, by, entry));
  }
}

function notFound(): DomainError {
  return new DomainError('not-found', 'job.not-found', 'The job was not found.');
}

function busy(): DomainError {
  const message = 'The service is handling another one; ask again when that is done.';
  return new DomainError('conflict', 'job.busy', message, { retryAfterSeconds: 5 });
}

function failedAgain(): DomainError {
  return new DomainError('conflict', 'job.failed-again', 'It failed again; the log of the service says why.');
}
