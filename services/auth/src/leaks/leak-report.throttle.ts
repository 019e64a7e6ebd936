import { Injectable } from '@nestjs/common';
import { DomainError } from '@waybill/domain';
import { addressKey } from '../throttles/address-key.rules.js';
import { SlidingWindows } from '../throttles/sliding-windows.js';

const reportsPerMinute = 30;
const windowSeconds = 60;

/** Everybody may report, nobody floods: counted per address, per replica. */
@Injectable()
export class LeakReportThrottle {
  readonly #windows = new SlidingWindows({ windowSeconds, limit: reportsPerMinute });

  /** Throws `limit` `leak-report.throttled`. */
  take(clientAddress: string): void {
    const key = addressKey(clientAddress);
    const waitMs = this.#windows.waitMs(key);
    if (waitMs > 0) {
      throw new DomainError('limit', 'leak-report.throttled', 'Too many reports from your address; try again later.', {
        retryAfterSeconds: Math.max(1, Math.ceil(waitMs / 1000)),
      });
    }
    this.#windows.add(key);
  }
}
