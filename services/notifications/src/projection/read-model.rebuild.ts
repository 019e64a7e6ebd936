import { Inject, Injectable } from '@nestjs/common';
import { repositoryChanged, repositoryCreated, repositoryPurged } from '@waybill/contracts';
import { EventReplay, RebuildAtStart } from '@waybill/messaging';
import type { Logger } from '@waybill/observability';
import { LOGGER } from '@waybill/service-host';
import { RebuildRepository } from './rebuild.repository.js';

/** Repositories from before this service was there are learned from the event log, once. What was news then is none now. */
@Injectable()
export class ReadModelRebuild extends RebuildAtStart {
  readonly #rebuilds: RebuildRepository;
  readonly #replay: EventReplay;

  constructor(rebuilds: RebuildRepository, replay: EventReplay, @Inject(LOGGER) log: Logger) {
    super(log);
    this.#rebuilds = rebuilds;
    this.#replay = replay;
  }

  async rebuild(): Promise<number> {
    const events = await this.#replay.run({ types: [repositoryCreated, repositoryChanged, repositoryPurged] });
    await this.#rebuilds.finish();
    return events;
  }

  protected async isNeeded(): Promise<boolean> {
    return !(await this.#rebuilds.isFinished());
  }
}
