import { describe, expect, it } from 'vitest';
import { AddressPolicy } from './address-policy.js';

describe('an address', () => {
  const policy = new AddressPolicy();

  it.each([
    ['this network', '0.1.2.3'],
    ['private', '10.0.0.1'],
    ['private', '172.16.0.1'],
    ['private', '192.168.1.1'],
    ['CGNAT', '100.64.0.1'],
    ['CGNAT, with metadata of a cloud', '100.100.100.200'],
    ['loopback', '127.0.0.1'],
    ['loopback', '127.255.255.254'],
    ['metadata', '169.254.169.254'],
    ['metadata at a public address', '168.63.129.16'],
    ['metadata', '192.0.0.192'],
    ['documentation', '203.0.113.1'],
    ['benchmarks', '198.18.0.1'],
    ['multicast', '224.0.0.1'],
    ['reserved', '240.0.0.1'],
    ['broadcast', '255.255.255.255'],
    ['unspecified', '::'],
    ['loopback', '::1'],
    ['IPv4-compatible', '::7f00:1'],
    ['IPv4-mapped', '::ffff:127.0.0.1'],
    ['IPv4-mapped', '::ffff:a9fe:a9fe'],
    ['IPv4-translated', '::ffff:0:7f00:1'],
    ['NAT64', '64:ff9b::a9fe:a9fe'],
    ['NAT64 of a network', '64:ff9b:1::1'],
    ['link-local', 'fe80::1'],
    ['site-local', 'fec0::1'],
    ['unique local', 'fd00:ec2::254'],
    ['multicast', 'ff02::1'],
    ['6to4', '2002:7f00:1::'],
    ['Teredo', '2001:0:1::'],
    ['documentation', '2001:db8::1'],
    ['discard', '100::1'],
    ['no address', 'localhost'],
    ['no address', ''],
  ])('that is %s is refused: %s (W3)', (_kind, address) => {
    expect(policy.allowsAddress(address)).toBe(false);
  });

  it.each(['8.8.8.8', '1.1.1.1', '2606:4700:4700::1111', '::ffff:8.8.8.8', '100.63.255.255', '100.128.0.1'])(
    'that is public is allowed: %s',
    (address) => {
      expect(policy.allowsAddress(address)).toBe(true);
    },
  );
});

describe('the operator’s list', () => {
  const policy = new AddressPolicy(['10.1.0.0/16', '127.0.0.1', 'fd00::/8', 'Hooks.Internal.example', '::1']);

  it('lets its addresses and ranges pass, also wrapped in IPv6, and nothing beside them (W3)', () => {
    for (const inside of ['10.1.2.3', '127.0.0.1', '::ffff:10.1.2.3', 'fd00::5', '::1']) {
      expect(policy.allowsAddress(inside)).toBe(true);
    }
    for (const outside of ['10.2.0.1', '127.0.0.2', '::2', 'fc00::1'])
      expect(policy.allowsAddress(outside)).toBe(false);
  });

  it('lets its names pass, in any case and with the dot of the root, and no name below or above them', () => {
    expect(policy.allowsHost('hooks.internal.example')).toBe(true);
    expect(policy.allowsHost('HOOKS.internal.example.')).toBe(true);
    for (const other of ['internal.example', 'a.hooks.internal.example', 'hooks-internal.example', '10.1.2.3']) {
      expect(policy.allowsHost(other)).toBe(false);
    }
  });

  it.each(['10.0.0.0/33', '10.1', 'https://a.example', 'a b', '', '10.0.0.256', 'fd00::/129', '*.example'])(
    'is refused with an entry that is none: %s',
    (entry) => {
      expect(() => new AddressPolicy([entry])).toThrow(/neither an address/);
    },
  );
});
