import { z } from 'zod';
import type { AuditEventView } from '../entries/entries.schema.js';

/** CloudEvents 1.0, JSON format, batched content mode. */
export const cloudEventsMediaType = 'application/cloudevents-batch+json';

export const cloudEventView = z.object({
  specversion: z.literal('1.0'),
  id: z.string(),
  source: z.string(),
  type: z.string(),
  subject: z.string(),
  time: z.string(),
  datacontenttype: z.literal('application/json'),
  data: z.record(z.string(), z.unknown()),
});
export type CloudEventView = z.infer<typeof cloudEventView>;

/** An audited event as a CloudEvent 1.0 in JSON (cloudevents.io, JSON format). */
export function cloudEventOf({ id, at, source, action, target, ...data }: AuditEventView): CloudEventView {
  return {
    specversion: '1.0',
    id,
    source: `/waybill/${source}`,
    type: `waybill.audit.${action}`,
    subject: target,
    time: at,
    datacontenttype: 'application/json',
    data: { action, ...data },
  };
}

/** A batch of CloudEvents (`application/cloudevents-batch+json`), one per line, as they come. */
export async function* batchOf(events: AsyncIterable<CloudEventView>): AsyncGenerator<string> {
  let before = '[\n';
  for await (const event of events) {
    yield before + JSON.stringify(event);
    before = ',\n';
  }
  yield before === '[\n' ? '[]\n' : '\n]\n';
}
