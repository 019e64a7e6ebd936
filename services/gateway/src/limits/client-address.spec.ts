import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { clientAddressFrom } from './client-address.js';

function from(remoteAddress: string, forwarded?: string): IncomingMessage {
  return { socket: { remoteAddress }, headers: { 'x-forwarded-for': forwarded } } as unknown as IncomingMessage;
}

describe('the address of a client (W4)', () => {
  it('is the peer, whatever a header says, as long as no proxy is trusted', () => {
    expect(clientAddressFrom([])(from('203.0.113.1', '1.1.1.1'))).toBe('203.0.113.1');
    expect(clientAddressFrom([])(from('::ffff:203.0.113.1'))).toBe('203.0.113.1');
  });

  it.each([
    ['10.0.0.1', '1.1.1.1', '1.1.1.1'],
    ['10.0.0.1', '6.6.6.6, 1.1.1.1', '1.1.1.1'],
    ['10.0.0.1', '6.6.6.6, 1.1.1.1, 10.0.0.2', '1.1.1.1'],
    ['10.0.0.1', 'unknown, 10.0.0.2', '10.0.0.2'],
    ['10.0.0.1', undefined, '10.0.0.1'],
    ['203.0.113.1', '1.1.1.1', '203.0.113.1'],
    ['fd00::1', '1.1.1.1', '1.1.1.1'],
  ])('from %s with %s is the right-most that is no proxy of ours: %s', (peer, forwarded, expected) => {
    expect(clientAddressFrom(['10.0.0.0/8', 'fd00::/8'])(from(peer, forwarded))).toBe(expected);
  });

  it('refuses a proxy that is no address', () => {
    expect(() => clientAddressFrom(['proxy.example'])).toThrow(expect.objectContaining({ code: 'config.invalid' }));
  });
});
