import { Inject, Injectable } from '@nestjs/common';
import type { DataOf, EventEnvelope } from '@waybill/contracts';
import { scanCompleted } from '@waybill/contracts';
import { decideRelease } from '@waybill/domain';
import { OnEvent } from '@waybill/messaging';
import type { Logger } from '@waybill/observability';
import { LOGGER } from '@waybill/service-host';
import { FindingRepository } from '../findings/finding.repository.js';
import { storableFindings } from './bounded-reasons.js';
import { ReleaseSettlement } from './release-settlement.js';

/** A scan is done: the policy decides. A release that is not quarantined any more, or waits for
 * the others of its batch, was decided on before. */
@Injectable()
export class DecisionsConsumer {
  readonly #settlement: ReleaseSettlement;
  readonly #findings: FindingRepository;
  readonly #log: Logger;

  constructor(settlement: ReleaseSettlement, findings: FindingRepository, @Inject(LOGGER) log: Logger) {
    this.#settlement = settlement;
    this.#findings = findings;
    this.#log = log;
  }

  @OnEvent(scanCompleted)
  async onScanCompleted(event: EventEnvelope<DataOf<typeof scanCompleted>>): Promise<void> {
    const { releaseId, scanId, completed } = event.data;
    const findings = storableFindings(event.data.findings);
    const by = { actor: 'policy' };
    // Before it is decided: a reviewer never sees a release that is held for nothing.
    await this.#findings.keep(releaseId, findings);
    await this.#settlement.settle(releaseId, ({ release }) => {
      if (release.state !== 'quarantined' || release.ownDecision !== null) return undefined;
      const all = [...release.submissionFindings, ...findings];
      const { verdict, reasons } = decideRelease({ completed, findings: all });
      const details = { scanId, completed, codes: [...new Set(all.map((finding) => finding.code))].slice(0, 100) };
      this.#log.info({ 'release.id': releaseId, purl: release.purl, verdict }, 'A release is decided on.');
      return { verdict, reasons, by, action: 'release.decide', details };
    });
  }
}
