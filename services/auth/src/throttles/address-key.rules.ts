import { isIPv4, isIPv6 } from 'node:net';

/**
 * The unit in which addresses are counted: one IPv4 address, or one IPv6 /64, which is what a single customer gets
 * (RFC 6177). An IPv4 address written as IPv6 counts as itself.
 */
export function addressKey(clientAddress: string): string {
  const address = clientAddress.split('%', 1)[0] ?? '';
  if (!isIPv6(address)) return address.slice(0, 100);
  const groups = groupsOf(address);
  const embedded = embeddedIpv4(groups);
  return embedded ?? `${groups.slice(0, 4).join(':')}::/64`;
}

/** The network of an address: an IPv4 /24 or an IPv6 /48, which is what a single site gets (RFC 6177). */
export function networkKey(clientAddress: string): string {
  const key = addressKey(clientAddress);
  if (isIPv4(key)) return `${key.split('.', 3).join('.')}.0/24`;
  return key.endsWith('::/64') ? `${key.split(':', 3).join(':')}::/48` : key;
}

function groupsOf(address: string): string[] {
  // The URL parser writes IPv6 canonically: lower case, no leading zeros, dotted quads as two groups.
  const canonical = new URL(`http://[${address}]/`).hostname.slice(1, -1);
  const [head = '', tail] = canonical.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => '0');
  return [...before, ...zeros, ...after];
}

function embeddedIpv4(groups: readonly string[]): string | undefined {
  if (groups.slice(0, 5).some((group) => group !== '0') || groups[5] !== 'ffff') return undefined;
  return groups
    .slice(6)
    .map((group) => Number.parseInt(group, 16))
    .flatMap((pair) => [pair >> 8, pair & 0xff])
    .join('.');
}
