import { edgeMethods } from '@waybill/edge';
import type { Metrics } from '@waybill/observability';
import type { RequestMeter } from './access-log.js';

/** Requests and their durations as Prometheus counts them; methods that nobody knows are one. */
export function meterOf(metrics: Pick<Metrics, 'requests' | 'requestSeconds'>): RequestMeter {
  return {
    finished: ({ method, status, seconds }) => {
      const known = (edgeMethods as readonly string[]).includes(method) ? method : 'other';
      metrics.requests.inc({ method: known, status: String(status) });
      metrics.requestSeconds.observe({ method: known }, seconds);
    },
  };
}
