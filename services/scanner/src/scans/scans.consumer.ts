import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import type { DataOf, EventEnvelope, ReleaseFacts } from '@waybill/contracts';
import { releaseQuarantined, reportLeakedTokens, scanCompleted } from '@waybill/contracts';
import type { Finding } from '@waybill/domain';
import { OnEvent, Outbox, RequestClient } from '@waybill/messaging';
import type { Logger } from '@waybill/observability';
import { LOGGER } from '@waybill/service-host';
import type { ArtifactScan } from '../artifacts/scan-artifact.js';
import { worstFirst } from '../artifacts/worst-first.js';
import { ScanPool } from '../worker/scan.pool.js';
import { ScanEntity } from './scan.entity.js';
import { ScanRepository } from './scan.repository.js';

const maxReportedTokens = 1000;
/** An event must fit into a message of 1 MB, and into those that quote it; what is beyond changes no verdict. */
const maxEventFindingBytes = 256 * 1024;
const retryPausesMilliseconds = [500, 3000, 10_000];

/**
 * Scans what was quarantined. The event is acknowledged when the result is committed, so a release that was in work when
 * the process died is taken up again; one that comes twice is scanned once.
 */
@Injectable()
export class ScansConsumer {
  readonly #scans: ScanRepository;
  readonly #pool: ScanPool;
  readonly #requests: RequestClient;
  readonly #outbox: Outbox;
  readonly #log: Logger;

  constructor(
    scans: ScanRepository,
    pool: ScanPool,
    requests: RequestClient,
    outbox: Outbox,
    @Inject(LOGGER) log: Logger,
  ) {
    this.#scans = scans;
    this.#pool = pool;
    this.#requests = requests;
    this.#outbox = outbox;
    this.#log = log;
  }

  @OnEvent(releaseQuarantined)
  async onQuarantined(event: EventEnvelope<DataOf<typeof releaseQuarantined>>): Promise<void> {
    const release = event.data;
    if (await this.#scans.exists(release.releaseId)) return;
    const startedAt = new Date();
    const result = await this.#scan(release);
    await this.#revokeLeaked(release, result);
    await this.#record(release, result, startedAt);
    this.#log.info(
      {
        'release.id': release.releaseId,
        purl: release.purl,
        completed: result.completed,
        failure: result.failure,
        findings: result.findings.length,
        duration_ms: Date.now() - startedAt.getTime(),
      },
      'A release was scanned.',
    );
  }

  // An outage of the object store says nothing about the release; when it lasts, a person has to look (I9).
  async #scan(release: ReleaseFacts): Promise<ArtifactScan> {
    for (const pause of retryPausesMilliseconds) {
      const result = await this.#pool.scan(release.artifacts);
      if (result.retryable !== true) return result;
      this.#log.warn({ 'release.id': release.releaseId, failure: result.failure }, 'A scan is tried again.');
      await delay(pause);
    }
    return this.#pool.scan(release.artifacts);
  }

  // Before the result is written: a token that is found is dead before anybody hears of it.
  async #revokeLeaked(release: ReleaseFacts, result: ArtifactScan): Promise<void> {
    const tokenHashes = result.leakedTokenHashes.slice(0, maxReportedTokens);
    if (tokenHashes.length === 0) return;
    await this.#requests.ask(reportLeakedTokens, { tokenHashes, foundIn: release.purl });
  }

  async #record(release: ReleaseFacts, result: ArtifactScan, startedAt: Date): Promise<void> {
    const { releaseId, purl } = release;
    const scan = new ScanEntity();
    scan.scanId = randomUUID();
    scan.releaseId = releaseId;
    scan.purl = purl;
    scan.completed = result.completed;
    scan.failure = result.failure ?? null;
    scan.findings = [...result.findings];
    scan.facts = [...result.facts];
    scan.startedAt = startedAt;
    scan.finishedAt = new Date();
    const data = { releaseId, scanId: scan.scanId, completed: result.completed, findings: announced(result) };
    const event = { aggregate: releaseId, aggregateVersion: 1, data };
    const isFirst = await this.#scans.insert(scan, (manager, source) =>
      this.#outbox.part(manager, scanCompleted, event, source),
    );
    if (isFirst) this.#outbox.kickAfterCommit();
  }
}

/** The worst findings, as many as an event has room for. */
function announced(result: ArtifactScan): Finding[] {
  let bytes = 0;
  return worstFirst(result.findings).filter((finding) => {
    bytes += Buffer.byteLength(JSON.stringify(finding));
    return bytes <= maxEventFindingBytes;
  });
}
