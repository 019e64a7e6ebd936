import type { IncomingHttpHeaders } from 'node:http';
import { DomainError } from '@waybill/domain';
import { parse } from 'forwarded-parse';

/** What one proxy adds about the request that it received; unchecked text. */
export interface SaidByProxy {
  /** The peer of that proxy, without port and brackets. */
  readonly for?: string | undefined;
  readonly proto?: string | undefined;
  readonly host?: string | undefined;
}

/** The elements of `Forwarded` (RFC 7239), the nearest proxy last; undefined without one. Errors: `invalid` `http.forwarding`. */
export function forwardedElements(headers: IncomingHttpHeaders): SaidByProxy[] | undefined {
  if (headers.forwarded === undefined) return undefined;
  try {
    return parse(headers.forwarded).map((element) => ({
      for: withoutPort(element['for']),
      proto: element['proto']?.toLowerCase(),
      host: element['host']?.toLowerCase(),
    }));
  } catch {
    throw contradiction('The Forwarded header of this request is malformed.');
  }
}

/** The same of `X-Forwarded-For`, `-Proto` and `-Host`, of which the latter are often given once for all hops. */
export function xForwardedElements(headers: IncomingHttpHeaders): SaidByProxy[] | undefined {
  const [peers, protos, hosts] = ['x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-host'].map((name) =>
    listIn(headers[name]),
  ) as [string[], string[], string[]];
  const hops = Math.max(peers.length, Math.min(1, protos.length + hosts.length));
  if (hops === 0) return undefined;
  return Array.from({ length: hops }, (_, index) => ({
    for: withoutPort(peers[index]),
    proto: (protos.length === hops ? protos[index] : protos.at(-1))?.toLowerCase(),
    host: (hosts.length === hops ? hosts[index] : hosts.at(-1))?.toLowerCase(),
  }));
}

/**
 * Scheme, host and path prefix as one address. A proxy that names the scheme alone hands on the client's `Host`. Only a
 * scheme, a host and a prefix that are well-formed become part of an address: it stands in documents.
 */
export function installationUrl({ proto, host }: SaidByProxy, headers: IncomingHttpHeaders): string | undefined {
  const prefix = prefixIn(headers['x-forwarded-prefix']);
  if (proto === undefined && host === undefined) return undefined;
  const scheme = proto ?? 'http';
  const name = (host ?? headers.host ?? '').toLowerCase();
  const isSound = /^https?$/.test(scheme) && hostAndPort.test(name) && URL.canParse(`${scheme}://${name}`);
  if (!isSound) throw contradiction('The proxy names an address that cannot be.');
  return `${new URL(`${scheme}://${name}`).origin}${prefix}`;
}

const hostAndPort = /^(?:[a-z0-9.-]{1,253}|\[[0-9a-f:.]{2,45}\])(?::[0-9]{1,5})?$/;
const pathPrefix = /^(?:\/[A-Za-z0-9_~-][A-Za-z0-9._~-]{0,99}){1,10}$/;

function prefixIn(header: string | string[] | undefined): string {
  const prefix = [header ?? ''].flat().join(',').replace(/\/+$/, '');
  if (prefix !== '' && !pathPrefix.test(prefix)) throw contradiction('The proxy names a prefix that cannot be.');
  return prefix;
}

function listIn(header: string | string[] | undefined): string[] {
  if (header === undefined) return [];
  return [header]
    .flat()
    .join(',')
    .split(',')
    .map((entry) => entry.trim());
}

/** `[2001:db8::1]:4711` and `192.0.2.1:4711` (RFC 7239, 6). */
function withoutPort(node: string | undefined): string | undefined {
  return node?.replace(/^\[([0-9a-f:.]+)\](?::\d+)?$/i, '$1').replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, '$1');
}

function contradiction(message: string): DomainError {
  return new DomainError('invalid', 'http.forwarding', message);
}
