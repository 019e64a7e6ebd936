interface Told {
  readonly eventId: string;
  readonly type: string;
  readonly subject: string;
  readonly time: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** CloudEvents 1.0 in structured JSON mode (cloudevents.io, JSON format §3). `source`: the address of the installation. */
export function cloudEventText({ eventId, type, subject, time, data }: Told, source: string): string {
  const datacontenttype = 'application/json';
  return JSON.stringify({ specversion: '1.0', id: eventId, source, type, subject, time, datacontenttype, data });
}

/** CloudEvents HTTP binding §3.2. */
export const cloudEventMediaType = 'application/cloudevents+json; charset=utf-8';
