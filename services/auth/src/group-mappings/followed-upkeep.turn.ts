import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from '@waybill/observability';
import { LOGGER } from '@waybill/service-host';
import { HourlyTurn } from '../hourly-turn.js';
import { FollowedUpkeep } from './followed-upkeep.service.js';

/** Once an hour: what groups gave ends where its reason has. Each replica may: what one has ended the others find ended. */
@Injectable()
export class FollowedUpkeepTurn extends HourlyTurn {
  constructor(
    private readonly upkeep: FollowedUpkeep,
    @Inject(LOGGER) log: Logger,
  ) {
    super(log, 'memberships that follow groups not looked after');
  }

  protected override async turn(): Promise<void> {
    await this.upkeep.settleEverywhere();
    await this.upkeep.endUnseen();
  }
}
