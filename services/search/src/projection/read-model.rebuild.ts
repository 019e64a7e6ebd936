import { Inject, Injectable } from '@nestjs/common';
import { EventReplay, RebuildAtStart } from '@waybill/messaging';
import type { Logger } from '@waybill/observability';
import { LOGGER } from '@waybill/service-host';
import { RebuildRepository } from './rebuild.repository.js';

/** A read model that never saw the end of the event log is built from it. */
@Injectable()
export class ReadModelRebuild extends RebuildAtStart {
  readonly #rebuilds: RebuildRepository;
  readonly #replay: EventReplay;

  constructor(rebuilds: RebuildRepository, replay: EventReplay, @Inject(LOGGER) log: Logger) {
    super(log);
    this.#rebuilds = rebuilds;
    this.#replay = replay;
  }

  /** The whole log again; safe at any time. Resolves to the number of events. */
  async rebuild(): Promise<number> {
    const events = await this.#replay.run();
    await this.#rebuilds.finish();
    return events;
  }

  protected async isNeeded(): Promise<boolean> {
    return !(await this.#rebuilds.isFinished());
  }
}
