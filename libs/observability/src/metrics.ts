import { Counter, Histogram, Registry } from 'prom-client';

/** The measures of one service, in a registry of its own: several services may share a process. Durations in seconds. */
export interface Metrics {
  readonly registry: Registry;
  readonly requests: Counter<'method' | 'status'>;
  readonly requestSeconds: Histogram<'method'>;
  readonly events: Counter<'type' | 'outcome'>;
  readonly eventSeconds: Histogram<'type'>;
}

const seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

export function createMetrics(service: string): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  const registers = [registry];
  return {
    registry,
    requests: new Counter({
      name: 'waybill_requests_total',
      help: 'Requests answered, by method and status.',
      labelNames: ['method', 'status'],
      registers,
    }),
    requestSeconds: new Histogram({
      name: 'waybill_request_duration_seconds',
      help: 'Time from the request to the end of its answer.',
      labelNames: ['method'],
      buckets: seconds,
      registers,
    }),
    events: new Counter({
      name: 'waybill_events_total',
      help: 'Events consumed, by type and outcome (done, retried, dead).',
      labelNames: ['type', 'outcome'],
      registers,
    }),
    eventSeconds: new Histogram({
      name: 'waybill_event_duration_seconds',
      help: 'Time that consuming an event took.',
      labelNames: ['type'],
      buckets: seconds,
      registers,
    }),
  };
}
