import type { Logger, Metrics } from '@waybill/observability';

export interface MessagingOptions {
  readonly service: string;
  /** Events in work at the same time. */
  readonly concurrency: number;
  /** The longest that the handlers of one event may take, in milliseconds; default 15 minutes. */
  readonly handlerMilliseconds?: number;
  /** Days for which sent events stay in the outbox; default `forever`: the outbox is the service's event log. */
  readonly retainSent?: 'forever' | number;
  readonly log: Logger;
  readonly metrics: Metrics;
}
