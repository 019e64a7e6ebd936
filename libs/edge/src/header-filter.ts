import type { HeaderMap } from './edge-message.js';

// RFC 9110, 7.6.1: fields about one connection. `expect` and `upgrade` are the gateway's own business.
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'expect',
]);

/** Fields by which proxies and this system speak about a request; from outside they mean nothing and are dropped (W10). */
const internalPrefixes = ['x-waybill-', 'x-forwarded-', 'x-real-', 'nats-'];
const internalNames = new Set(['forwarded', 'x-request-id', 'traceparent', 'tracestate', 'baggage']);
/** Credentials end at the gateway: a service sees the principal and never the secret. */
const credentialNames = new Set(['authorization', 'cookie']);

export interface RequestHeaderRules {
  /** Lower-case names of headers that carry credentials besides `authorization` and `cookie`. */
  readonly credentialHeaders: ReadonlySet<string>;
  /** Names, as the browser sends them, of cookies that the service has set for itself and is given back; else none. */
  readonly cookies?: readonly string[];
}

/** What of a client's header fields goes on to the service. `connection` may name more fields to drop. */
export function clientRequestHeaders(
  received: Readonly<Record<string, string | string[] | undefined>>,
  rules: RequestHeaderRules,
): HeaderMap {
  const named = namedByConnection(received['connection']);
  const kept: HeaderMap = Object.create(null) as HeaderMap;
  for (const name in received) {
    const value = received[name];
    if (value === undefined || isDropped(name, rules) || named?.has(name) === true) continue;
    kept[name] = value;
  }
  const cookies = ownCookies(received['cookie'], rules.cookies ?? []);
  if (cookies !== '') kept['cookie'] = cookies;
  return kept;
}

function ownCookies(header: string | string[] | undefined, names: readonly string[]): string {
  if (header === undefined || names.length === 0) return '';
  const pairs = [header].flat().flatMap((line) => line.split(';'));
  return pairs
    .map((pair) => pair.trim())
    .filter((pair) => names.some((name) => pair.startsWith(`${name}=`)))
    .join('; ');
}

/** A body that travels apart from the head is described anew: its length is what arrived. */
export function servicesRequestHeaders(headers: HeaderMap, bodyBytes: number): HeaderMap {
  const kept = { ...headers };
  if (bodyBytes > 0) {
    kept['content-length'] = String(bodyBytes);
    return kept;
  }
  delete kept['content-length'];
  delete kept['content-type'];
  delete kept['content-encoding'];
  return kept;
}

/** What of a service's answer goes on to the gateway, which frames it anew. */
export function serviceReplyHeaders(headers: HeaderMap, options: { readonly keepContentLength: boolean }): HeaderMap {
  const kept: HeaderMap = {};
  for (const [name, value] of Object.entries(headers)) {
    if (hopByHop.has(name) || name === 'date') continue;
    if (name === 'content-length' && !options.keepContentLength) continue;
    kept[name] = value;
  }
  return kept;
}

function isDropped(name: string, rules: RequestHeaderRules): boolean {
  return (
    hopByHop.has(name) ||
    internalNames.has(name) ||
    credentialNames.has(name) ||
    rules.credentialHeaders.has(name) ||
    internalPrefixes.some((prefix) => name.startsWith(prefix))
  );
}

function namedByConnection(connection: string | string[] | undefined): Set<string> | undefined {
  if (connection === undefined || connection === 'keep-alive' || connection === 'close') return undefined;
  return new Set(
    [connection]
      .flat()
      .join(',')
      .toLowerCase()
      .split(/[\s,]+/),
  );
}
