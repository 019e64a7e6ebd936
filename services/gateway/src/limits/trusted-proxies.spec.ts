import type { IncomingMessage } from 'node:http';
import type { DomainError } from '@waybill/domain';
import { describe, expect, it } from 'vitest';
import { trustedProxies } from './trusted-proxies.js';

function from(remoteAddress: string, headers: Record<string, string> = {}): IncomingMessage {
  return { socket: { remoteAddress }, headers } as unknown as IncomingMessage;
}

function refusalOf(request: IncomingMessage): unknown {
  try {
    ours.requireAgreement(request);
    return undefined;
  } catch (error) {
    return (error as DomainError).code;
  }
}

const ours = trustedProxies(['10.0.0.0/8', 'fd00::/8']);
const nobody = trustedProxies([]);

describe('the address of a client (W4)', () => {
  it('is the peer, whatever a header says, as long as no proxy is trusted', () => {
    const lies = { 'x-forwarded-for': '1.1.1.1', forwarded: 'for=1.1.1.1;host=evil.example;proto=https' };
    expect(nobody.clientAddressOf(from('203.0.113.1', lies))).toBe('203.0.113.1');
    expect(nobody.clientAddressOf(from('::ffff:203.0.113.1'))).toBe('203.0.113.1');
    expect(nobody.installationUrlOf(from('203.0.113.1', lies))).toBeUndefined();
    expect(ours.clientAddressOf(from('203.0.113.1', lies))).toBe('203.0.113.1');
    expect(ours.installationUrlOf(from('203.0.113.1', lies))).toBeUndefined();
  });

  it.each([
    ['10.0.0.1', '1.1.1.1', '1.1.1.1'],
    ['10.0.0.1', '6.6.6.6, 1.1.1.1', '1.1.1.1'],
    ['10.0.0.1', '6.6.6.6, 1.1.1.1, 10.0.0.2', '1.1.1.1'],
    ['10.0.0.1', '6.6.6.6,1.1.1.1:4711, 10.0.0.2:80', '1.1.1.1'],
    ['10.0.0.1', '[2001:db8::1]:4711', '2001:db8::1'],
    ['10.0.0.1', 'unknown, 10.0.0.2', '10.0.0.2'],
    ['10.0.0.1', '6.6.6.6, , 10.0.0.2', '10.0.0.2'],
    ['10.0.0.1', '10.0.0.3, 10.0.0.2', '10.0.0.3'],
    ['203.0.113.1', '1.1.1.1', '203.0.113.1'],
    ['fd00::1', '1.1.1.1', '1.1.1.1'],
  ])('from %s with X-Forwarded-For: %s is the right-most that is no proxy of ours: %s', (peer, header, expected) => {
    expect(ours.clientAddressOf(from(peer, { 'x-forwarded-for': header }))).toBe(expected);
  });

  it.each([
    ['for=1.1.1.1', '1.1.1.1'],
    ['for=6.6.6.6, for=1.1.1.1;proto=https, For="10.0.0.2:80"', '1.1.1.1'],
    ['for="[2001:db8::1]:4711"', '2001:db8::1'],
    ['for=_hidden, for=10.0.0.2', '10.0.0.2'],
    ['proto=https', '10.0.0.1'],
    ['for="6.6.6.6, for=1.1.1.1"', '10.0.0.1'],
    ['for=1.1.1.1;;', '10.0.0.1'],
  ])('with Forwarded: %s is %s (RFC 7239)', (header, expected) => {
    expect(ours.clientAddressOf(from('10.0.0.1', { forwarded: header }))).toBe(expected);
  });

  it('refuses a proxy that is no address', () => {
    expect(() => trustedProxies(['proxy.example'])).toThrow(expect.objectContaining({ code: 'config.invalid' }));
  });
});

describe('the address of the installation behind a proxy', () => {
  it.each<[Record<string, string>, string | undefined]>([
    [{ 'x-forwarded-for': '1.1.1.1' }, undefined],
    [{ 'x-forwarded-proto': 'https', 'x-forwarded-host': 'Packages.Example' }, 'https://packages.example'],
    [{ 'x-forwarded-proto': 'https', 'x-forwarded-host': 'packages.example:443' }, 'https://packages.example'],
    [{ 'x-forwarded-proto': 'https', host: 'packages.example:8443' }, 'https://packages.example:8443'],
    [{ forwarded: 'for=1.1.1.1;proto=https;host="packages.example:8443"' }, 'https://packages.example:8443'],
    [{ forwarded: 'proto=https;host="[2001:db8::1]"' }, 'https://[2001:db8::1]'],
    [
      { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'a.example', 'x-forwarded-prefix': '/tools/waybill/' },
      'https://a.example/tools/waybill',
    ],
    [
      {
        'x-forwarded-for': '6.6.6.6, 1.1.1.1, 10.0.0.2',
        'x-forwarded-proto': 'http, https, http',
        'x-forwarded-host': 'evil.example, a.example, inner.example',
      },
      'https://a.example',
    ],
    [{ forwarded: 'host=evil.example, for=1.1.1.1;proto=https;host=a.example, for=10.0.0.2' }, 'https://a.example'],
  ])('with %o is %s', (headers, expected) => {
    expect(ours.installationUrlOf(from('10.0.0.1', headers))).toBe(expected);
  });

  it.each<Record<string, string>>([
    { 'x-forwarded-proto': 'javascript', 'x-forwarded-host': 'a.example' },
    { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'a.example/evil' },
    { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'user@a.example' },
    { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'a.example"><script>' },
    { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'a.example:99999' },
    { 'x-forwarded-proto': 'https' },
    { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'a.example', 'x-forwarded-prefix': '//evil.example' },
    { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'a.example', 'x-forwarded-prefix': '/a/../b' },
    { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'a.example', 'x-forwarded-prefix': '/a, /b' },
    { forwarded: 'for=1.1.1.1;host="a.example' },
  ])('refuses %o', (headers) => {
    expect(() => ours.installationUrlOf(from('10.0.0.1', headers))).toThrow(
      expect.objectContaining({ code: 'http.forwarding', status: 400 }),
    );
  });

  it.each<[Record<string, string>, boolean]>([
    [{ forwarded: 'for=1.1.1.1', 'x-forwarded-for': '1.1.1.1' }, true],
    [{ forwarded: 'for=1.1.1.1', 'x-forwarded-for': '2.2.2.2' }, false],
    [{ forwarded: 'for=1.1.1.1;proto=https', 'x-forwarded-for': '1.1.1.1', 'x-forwarded-proto': 'http' }, false],
    [{ forwarded: 'for=1.1.1.1;host=evil.example', 'x-forwarded-for': '1.1.1.1' }, false],
  ])('takes both kinds of headers only when they agree: %o', (headers, agree) => {
    const request = from('10.0.0.1', headers);
    expect(refusalOf(request)).toBe(agree ? undefined : 'http.forwarding');
    expect(ours.clientAddressOf(request)).toBe(agree ? '1.1.1.1' : '10.0.0.1');
  });
});
