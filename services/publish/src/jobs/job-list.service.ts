import { Injectable } from '@nestjs/common';
import { decodeCursor, encodeCursor } from '@waybill/management-api';
import type { BackgroundRunEntity } from '../collector/background-run.entity.js';
import { CollectorTurnRepository } from '../collector/collector-turn.repository.js';
import type { DeadLetter } from './dead-letters.js';
import { DeadLetters } from './dead-letters.js';
import type { WaitingScan } from './jobs.repository.js';
import { JobsRepository } from './jobs.repository.js';
import type { JobKind, JobPlace, JobsQuery, JobsView, JobView } from './jobs.schema.js';
import { jobKinds, jobPlace } from './jobs.schema.js';

interface PlacedJob {
  readonly view: JobView;
  readonly place: JobPlace;
}

const nothing = { purl: null, repository: null, event: null, error: null };
const starts: Record<JobKind, JobPlace> = { 'dead-letter': ['dead-letter', 0], run: ['run', ''], scan: ['scan', null] };

/** What waits in the background, one kind after the other, each oldest first. */
@Injectable()
export class JobListService {
  readonly #jobs: JobsRepository;
  readonly #letters: DeadLetters;
  readonly #turns: CollectorTurnRepository;

  constructor(jobs: JobsRepository, letters: DeadLetters, turns: CollectorTurnRepository) {
    this.#jobs = jobs;
    this.#letters = letters;
    this.#turns = turns;
  }

  /** Errors: `invalid` `page.cursor-malformed`; `unavailable` where the bus does not answer. */
  async list({ cursor, limit, kind }: JobsQuery): Promise<JobsView> {
    const wanted = jobKinds.filter((candidate) => kind === undefined || candidate === kind);
    const after = decodeCursor(cursor, jobPlace);
    const found: PlacedJob[] = [];
    for (const one of wanted.slice(Math.max(0, wanted.indexOf(after?.[0] ?? wanted[0] ?? 'scan')))) {
      const place = after?.[0] === one ? after : starts[one];
      if (found.length <= limit) found.push(...(await this.#page(place, limit + 1 - found.length)));
    }
    const shown = found.slice(0, limit);
    const last = found.length > limit ? shown.at(-1) : undefined;
    const { count, oldest } = await this.#jobs.backlog();
    return {
      items: shown.map(({ view }) => view),
      next: last === undefined ? null : encodeCursor(last.place),
      outbox: { waiting: count, oldest: oldest?.toISOString() ?? null },
    };
  }

  async #page(after: JobPlace, limit: number): Promise<PlacedJob[]> {
    if (after[0] === 'dead-letter') return (await this.#letters.list(after[1], limit)).map(jobOfLetter);
    if (after[0] === 'run') return (await this.#turns.runs(after[1], limit)).map(jobOfRun);
    return (await this.#jobs.waitingScans(after[1] ?? undefined, limit)).map(jobOfScan);
  }
}

function jobOfLetter({ sequence, service, type, since, event }: DeadLetter): PlacedJob {
  const view: JobView = {
    ...nothing,
    jobId: `dead-letter:${String(sequence)}`,
    kind: 'dead-letter',
    state: 'dead',
    since: since.toISOString(),
    service,
    event: { type, id: event?.id ?? null, subject: event?.subject ?? null },
  };
  return { view, place: ['dead-letter', sequence] };
}

function jobOfRun({ name, startedAt, endedAt, error }: BackgroundRunEntity): PlacedJob {
  const ended = error === null ? 'done' : 'failed';
  const view: JobView = {
    ...nothing,
    jobId: `run:${name}`,
    kind: 'run',
    state: endedAt === null ? 'running' : ended,
    since: startedAt.toISOString(),
    service: 'publish',
    error,
  };
  return { view, place: ['run', name] };
}

function jobOfScan({ releaseId, purl, repository, since, place }: WaitingScan): PlacedJob {
  const view: JobView = {
    ...nothing,
    jobId: `scan:${releaseId}`,
    kind: 'scan',
    state: 'waiting',
    since: since.toISOString(),
    service: 'scanner',
    purl,
    repository,
  };
  return { view, place: ['scan', [place, releaseId]] };
}
