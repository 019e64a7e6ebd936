import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';
import { DomainError } from '@waybill/domain';

export type ClientAddressOf = (request: IncomingMessage) => string;

/**
 * The right-most address that is no proxy of ours (security.md W4). Without trusted proxies `X-Forwarded-For` is not
 * looked at. `trusted` are addresses or CIDR ranges. Errors: `invalid` `config.invalid` for one that is neither.
 */
export function clientAddressFrom(trusted: readonly string[]): ClientAddressOf {
  if (trusted.length === 0) return peerOf;
  const proxies = new BlockList();
  for (const entry of trusted) addTo(proxies, entry);
  return (request) => {
    let address = peerOf(request);
    const hops = [request.headers['x-forwarded-for'] ?? []].flat().join(',').split(',').slice(-20);
    while (isTrusted(proxies, address)) {
      const next = plain(hops.pop()?.trim() ?? '');
      if (isIP(next) === 0) break;
      address = next;
    }
    return address;
  };
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
