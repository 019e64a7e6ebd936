import { Inject, Injectable } from '@nestjs/common';
import type { DataOf, EventEnvelope } from '@waybill/contracts';
import { scanCompleted } from '@waybill/contracts';
import { decideRelease } from '@waybill/domain';
import { OnEvent } from '@waybill/messaging';
import type { Logger } from '@waybill/observability';
import { UnitOfWork } from '@waybill/persistence';
import { LOGGER } from '@waybill/service-host';
import { PackageRepository } from '../packages/package.repository.js';
import { ReleaseEvents } from '../releases/release-events.js';
import { ReleaseRepository } from '../releases/release.repository.js';

/** A scan is done: the policy decides. A release that is not quarantined any more was decided on before. */
@Injectable()
export class DecisionsConsumer {
  readonly #packages: PackageRepository;
  readonly #releases: ReleaseRepository;
  readonly #events: ReleaseEvents;
  readonly #unitOfWork: UnitOfWork;
  readonly #log: Logger;

  constructor(
    packages: PackageRepository,
    releases: ReleaseRepository,
    events: ReleaseEvents,
    unitOfWork: UnitOfWork,
    @Inject(LOGGER) log: Logger,
  ) {
    this.#packages = packages;
    this.#releases = releases;
    this.#events = events;
    this.#unitOfWork = unitOfWork;
    this.#log = log;
  }

  @OnEvent(scanCompleted)
  async onScanCompleted(event: EventEnvelope<DataOf<typeof scanCompleted>>): Promise<void> {
    const { releaseId, completed, findings } = event.data;
    const { verdict, reasons } = decideRelease({ completed, findings });
    await this.#unitOfWork.run(async (manager) => {
      const seen = await this.#releases.findWhole(releaseId, manager);
      if (seen === null) return;
      // Lock first, look second: somebody may be deciding on the same release.
      await this.#packages.lockById(manager, seen.package.packageId);
      const whole = await this.#releases.findWhole(releaseId, manager);
      if (whole?.release.state !== 'quarantined') return;
      whole.release.state = verdict;
      whole.release.reasons = [...reasons];
      whole.release.settledAt = new Date();
      await this.#releases.saveState(manager, whole.release);
      await this.#events.announce(manager, whole, verdict);
      this.#log.info({ 'release.id': releaseId, purl: whole.release.purl, verdict }, 'A release was decided on.');
    });
  }
}
