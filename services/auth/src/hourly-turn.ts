import type { Logger } from '@waybill/observability';
import { RepeatedTurn } from './repeated-turn.js';

const hour = 60 * 60_000;

/** Work that is due once an hour. */
export abstract class HourlyTurn extends RepeatedTurn {
  /** `complaint`: what the log says of a turn that failed. */
  protected constructor(log: Logger, complaint: string) {
    super(log, complaint, hour);
  }
}
