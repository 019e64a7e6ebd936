import { isIPv6 } from 'node:net';
import { LRUCache } from 'lru-cache';

/**
 * What counts as one client address: an IPv4 address, or the /64 of an IPv6 address, since whoever has one address of a
 * /64 has all of them (RFC 7934, 3; security.md W4).
 */
export function addressKey(address: string): string {
  if (!address.includes(':')) return address;
  const known = keys.get(address);
  if (known !== undefined) return known;
  const key = isIPv6(address) ? keyOfIpv6(address) : address;
  keys.set(address, key);
  return key;
}

/** Those asked for lately: reading an address takes longer than all the rest of a rate limit. */
const keys = new LRUCache<string, string>({ max: 20_000 });

function keyOfIpv6(address: string): string {
  const groups = groupsOf(address);
  const isMappedIpv4 = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  if (isMappedIpv4) return [groups[6] ?? 0, groups[7] ?? 0].flatMap((group) => [group >> 8, group & 0xff]).join('.');
  return `${groups
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(':')}::/64`;
}

/** The eight numbers of an address in any of its spellings (RFC 4291, 2.2). */
function groupsOf(address: string): number[] {
  const plain = (address.split('%', 1)[0] ?? '').replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_all, ...bytes: string[]) => {
    const [a = 0, b = 0, c = 0, d = 0] = bytes.slice(0, 4).map(Number);
    return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
  });
  const [left = '', right] = plain.split('::', 2);
  const before = numbersIn(left);
  const after = numbersIn(right ?? '');
  return [...before, ...Array.from({ length: Math.max(0, 8 - before.length - after.length) }, () => 0), ...after];
}

function numbersIn(text: string): number[] {
  return text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
}
