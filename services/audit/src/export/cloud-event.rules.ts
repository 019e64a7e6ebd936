import type { AuditEventView } from '../entries/entries.schema.js';

/** An audited event as a CloudEvent 1.0 in JSON (cloudevents.io, JSON format). */
export function cloudEventOf({ id, at, source, action, target, ...data }: AuditEventView): Record<string, unknown> {
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
export async function* batchOf(events: AsyncIterable<Record<string, unknown>>): AsyncGenerator<string> {
  let before = '[\n';
  for await (const event of events) {
    yield before + JSON.stringify(event);
    before = ',\n';
  }
  yield before === '[\n' ? '[]\n' : '\n]\n';
}
