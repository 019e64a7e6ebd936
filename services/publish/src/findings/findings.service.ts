import { Injectable } from '@nestjs/common';
import type { AuditActor } from '@waybill/audit';
import { AuditTrail } from '@waybill/audit';
import type { Principal } from '@waybill/domain';
import { DomainError } from '@waybill/domain';
import type { Page } from '@waybill/management-api';
import { decodeCursor, encodeCursor, storedTime } from '@waybill/management-api';
import { UnitOfWork } from '@waybill/persistence';
import { z } from 'zod';
import { assertStillMay } from '../decided-again/decided-again.rules.js';
import { ReleaseLock } from '../releases/release-lock.js';
import { resourceOfFinding } from './finding-of-path.resource.js';
import type { FindingEntity, TriageState } from './finding.entity.js';
import { FindingRepository } from './finding.repository.js';
import type { FindingsQuery, FindingView } from './findings.schema.js';
import { viewOf } from './findings.schema.js';

const cursorSchema = z.tuple([storedTime, z.uuid()]);
const rowsAtOnce = 500;
const maxRows = 100_000;

export interface Judgement {
  readonly state?: TriageState | undefined;
  /** Null takes it away. */
  readonly note?: string | null | undefined;
}

/** What scans saw, over all that somebody may review, and what people make of it. */
@Injectable()
export class FindingsService {
  readonly #findings: FindingRepository;
  readonly #lock: ReleaseLock;
  readonly #audit: AuditTrail;
  readonly #unitOfWork: UnitOfWork;

  constructor(findings: FindingRepository, lock: ReleaseLock, audit: AuditTrail, unitOfWork: UnitOfWork) {
    this.#findings = findings;
    this.#lock = lock;
    this.#audit = audit;
    this.#unitOfWork = unitOfWork;
  }

  async list(caller: Principal, { cursor, limit, ...query }: FindingsQuery): Promise<Page<FindingView>> {
    const after = decodeCursor(cursor, cursorSchema);
    const found = await this.#findings.list(caller, { ...query, after, limit: limit + 1 });
    const items = found.slice(0, limit);
    const last = items.at(-1);
    const next = found.length > limit && last !== undefined ? encodeCursor([last.place, last.findingId]) : null;
    return { items: items.map(viewOf), next };
  }

  /** The same from its beginning, as they are read; at most 100,000. */
  async *rows(caller: Principal, query: Omit<FindingsQuery, 'cursor' | 'limit'>): AsyncGenerator<FindingView> {
    let after: readonly [string, string] | undefined;
    for (let count = 0; count < maxRows; count += rowsAtOnce) {
      const found = await this.#findings.list(caller, { ...query, after, limit: rowsAtOnce });
      yield* found.map(viewOf);
      const last = found.at(-1);
      if (last === undefined || found.length < rowsAtOnce) return;
      after = [last.place, last.findingId];
    }
  }

  /** Errors: `not-found` `finding.not-found`. */
  async view(findingId: string): Promise<{ readonly view: FindingView; readonly version: number }> {
    const finding = await this.#findings.find(findingId);
    if (finding === undefined) throw notFound();
    return { view: viewOf(finding), version: finding.version };
  }

  /** `match` refuses by throwing when the finding is not as the caller has read it. Errors: `not-found`. */
  async judge(
    findingId: string,
    { state, note }: Judgement,
    {
      caller,
      by,
      match,
    }: {
      readonly caller: Principal;
      readonly by: AuditActor;
      readonly match: (finding: FindingEntity) => void;
    },
  ): Promise<void> {
    const known = await this.#findings.find(findingId);
    if (known === undefined) throw notFound();
    const name = caller.kind === 'anonymous' ? '' : caller.username;
    await this.#unitOfWork.run(async (manager) => {
      const whole = await this.#lock.lock(manager, known.releaseId);
      if (whole === null) throw notFound();
      assertStillMay(caller, 'review-findings', resourceOfFinding(caller, whole));
      const { organizationId } = whole.repository;
      const finding = await this.#findings.lock(manager, findingId);
      if (finding === null) throw notFound();
      match(finding);
      const before = { state: finding.state, note: finding.note };
      const after = { state: state ?? before.state, note: note === undefined ? before.note : note };
      if (after.state === before.state && after.note === before.note) return;
      Object.assign(finding, after, { judgedBy: name, judgedAt: new Date(), version: finding.version + 1 });
      await this.#findings.save(manager, finding);
      await this.#audit.record(manager, by, {
        action: 'finding.triage',
        subject: `finding:${findingId}`,
        organizationId,
        details: { releaseId: finding.releaseId, code: finding.code, before, after },
      });
    });
  }
}

function notFound(): DomainError {
  return new DomainError('not-found', 'finding.not-found', 'The finding was not found.');
}
