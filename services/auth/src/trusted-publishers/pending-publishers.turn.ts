import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from '@waybill/observability';
import { LOGGER } from '@waybill/service-host';
import { HourlyTurn } from '../hourly-turn.js';
import { PendingPublishers } from './pending-publishers.service.js';

/** Once an hour: pending publishers that nobody used end. Each replica may: what one has ended the others find ended. */
@Injectable()
export class PendingPublishersTurn extends HourlyTurn {
  constructor(
    private readonly pending: PendingPublishers,
    @Inject(LOGGER) log: Logger,
  ) {
    super(log, 'pending trusted publishers not looked after');
  }

  protected override async turn(): Promise<void> {
    await this.pending.endExpired();
  }
}
