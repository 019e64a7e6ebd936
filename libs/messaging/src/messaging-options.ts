import type { Logger, Metrics } from '@waybill/observability';

export interface MessagingOptions {
  readonly service: string;
  /** Events in work at the same time. */
  readonly concurrency: number;
  readonly log: Logger;
  readonly metrics: Metrics;
}
