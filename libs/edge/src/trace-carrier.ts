import { headers as natsHeaders, type MsgHdrs } from '@nats-io/transport-node';
import { context, propagation, type Context } from '@opentelemetry/api';

/** NATS headers with the active W3C trace context; none while nothing is traced. */
export function traceToHeaders(): MsgHdrs | undefined {
  const carrier: Record<string, string> = {};
  propagation.inject(context.active(), carrier);
  const entries = Object.entries(carrier);
  if (entries.length === 0) return undefined;
  const result = natsHeaders();
  for (const [name, value] of entries) result.set(name, value);
  return result;
}

export function traceFromHeaders(received: MsgHdrs | undefined): Context | undefined {
  if (received === undefined) return undefined;
  return propagation.extract(context.active(), received, {
    get: (carrier, key) => carrier.get(key),
    keys: (carrier) => carrier.keys(),
  });
}
