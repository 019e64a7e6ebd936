import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';
import { DomainError } from '@waybill/domain';
import type { SaidByProxy } from './forwarding-headers.js';
import { forwardedElements, installationUrl, xForwardedElements } from './forwarding-headers.js';

export type ClientAddressOf = (request: IncomingMessage) => string;

/** What the proxies in front say about a request, as far as they are believed. */
export interface TrustedProxies {
  /** The right-most address that is no proxy of ours (security.md W4); that of the peer when they contradict each other. */
  readonly clientAddressOf: ClientAddressOf;
  readonly isProxy: (address: string) => boolean;
  /** Errors: `invalid` `http.forwarding` when `Forwarded` and `X-Forwarded-*` differ or cannot be read. */
  readonly requireAgreement: (request: IncomingMessage) => void;
  /**
   * The address of the installation without a trailing slash, as the outermost proxy saw it; undefined when none says it.
   * Errors: as above, and when they name what cannot be an address.
   */
  readonly installationUrlOf: (request: IncomingMessage) => string | undefined;
}

interface Forwarding extends SaidByProxy {
  readonly address: string;
  readonly problem?: DomainError;
}

/**
 * `trusted` are addresses or CIDR ranges. From anybody else, and without any, nothing that a header says is looked at.
 * Both `Forwarded` (RFC 7239) and `X-Forwarded-*` are understood; a request with both must say the same in both, since a
 * proxy that sets one hands on the other as the client wrote it. Errors: `invalid` `config.invalid`.
 */
export function trustedProxies(trusted: readonly string[]): TrustedProxies {
  if (trusted.length === 0) {
    return {
      clientAddressOf: peerOf,
      isProxy: () => false,
      requireAgreement: () => undefined,
      installationUrlOf: () => undefined,
    };
  }
  const proxies = new BlockList();
  for (const entry of trusted) addTo(proxies, entry);
  const known = new WeakMap<IncomingMessage, Forwarding>();
  const forwardingOf = (request: IncomingMessage): Forwarding => {
    const before = known.get(request);
    if (before !== undefined) return before;
    const forwarding = readForwarding(request, proxies);
    known.set(request, forwarding);
    return forwarding;
  };
  return {
    clientAddressOf: (request) => forwardingOf(request).address,
    isProxy: (address) => isTrusted(proxies, plain(address)),
    requireAgreement: (request) => {
      requireNoProblem(forwardingOf(request));
    },
    installationUrlOf: (request) => {
      const forwarding = forwardingOf(request);
      requireNoProblem(forwarding);
      return installationUrl(forwarding, request.headers);
    },
  };
}

function requireNoProblem({ problem }: Forwarding): void {
  if (problem !== undefined) throw problem;
}

function readForwarding(request: IncomingMessage, proxies: BlockList): Forwarding {
  const peer = peerOf(request);
  if (!isTrusted(proxies, peer)) return { address: peer };
  try {
    const forwarded = forwardedElements(request.headers);
    const xForwarded = xForwardedElements(request.headers);
    const one = walk(peer, forwarded ?? xForwarded ?? [], proxies);
    if (forwarded === undefined || xForwarded === undefined) return one;
    const other = walk(peer, xForwarded, proxies);
    if (one.address === other.address && one.proto === other.proto && one.host === other.host) return one;
    throw new DomainError('invalid', 'http.forwarding', 'Forwarded and X-Forwarded-* of this request differ.');
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return { address: peer, problem: error };
  }
}

/** From the peer outwards for as long as a proxy of ours speaks; the last that it said is what the client asked for. */
function walk(peer: string, elements: readonly SaidByProxy[], proxies: BlockList): Forwarding {
  let address = peer;
  let said: SaidByProxy = {};
  for (const element of elements.slice(-20).reverse()) {
    if (!isTrusted(proxies, address)) break;
    said = element;
    const next = plain(element.for ?? '');
    if (isIP(next) === 0) break;
    address = next;
  }
  return { ...said, address };
}

function peerOf(request: IncomingMessage): string {
  return plain(request.socket.remoteAddress ?? 'unknown');
}

/** IPv4 addresses that came in over an IPv6 socket lose their `::ffff:`. */
function plain(address: string): string {
  return address.startsWith('::ffff:') && isIP(address.slice(7)) === 4 ? address.slice(7) : address;
}

function isTrusted(proxies: BlockList, address: string): boolean {
  const version = isIP(address);
  return version !== 0 && proxies.check(address, version === 6 ? 'ipv6' : 'ipv4');
}

function addTo(proxies: BlockList, entry: string): void {
  const [address = '', bits] = entry.split('/');
  const version = isIP(address);
  const length = bits === undefined ? (version === 6 ? 128 : 32) : Number(bits);
  if (version === 0 || !Number.isInteger(length) || length < 0 || length > (version === 6 ? 128 : 32)) {
    throw new DomainError('invalid', 'config.invalid', `${entry} is no address and no address range.`);
  }
  proxies.addSubnet(address, length, version === 6 ? 'ipv6' : 'ipv4');
}
