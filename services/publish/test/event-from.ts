import { randomUUID } from 'node:crypto';
import type { EventEnvelope, EventType } from '@waybill/contracts';

/** An event as another service sends it. */
export function envelopeOf(type: EventType, aggregate: string, data: unknown): EventEnvelope {
  return {
    specversion: '1.0',
    id: randomUUID(),
    source: `/waybill/${type.owner}`,
    type: type.type,
    subject: aggregate,
    time: new Date().toISOString(),
    datacontenttype: 'application/json',
    aggregateversion: 1,
    data,
  };
}
