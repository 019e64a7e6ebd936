import { describe, expect, it } from 'vitest';
import { OutboundPolicy } from './outbound-policy.js';

const policy = new OutboundPolicy();

describe('a URL', () => {
  it.each([
    ['http, unless the operator allows it', 'http://hooks.example/'],
    ['another scheme', 'file:///etc/passwd'],
    ['another scheme', 'ftp://hooks.example/'],
    ['another scheme', 'gopher://hooks.example/'],
    ['credentials', 'https://user:password@hooks.example/'],
    ['credentials', 'https://token@hooks.example/'],
    ['a port of mail', 'https://hooks.example:25/'],
    ['a port of ssh', 'https://hooks.example:22/'],
    ['the machine itself by name', 'https://localhost/'],
    ['the machine itself by name', 'https://LOCALHOST./'],
    ['the machine itself by name', 'https://a.localhost/'],
    ['loopback', 'https://127.0.0.1/'],
    ['loopback as a number', 'https://2130706433/'],
    ['loopback in hexadecimal', 'https://0x7f.1/'],
    ['loopback in octal', 'https://0177.0.0.1/'],
    ['loopback in full width', 'https://１２７.0.0.1/'],
    ['metadata', 'https://169.254.169.254/latest/meta-data/'],
    ['IPv6 loopback', 'https://[::1]/'],
    ['IPv4 in IPv6', 'https://[::ffff:10.0.0.1]/'],
    ['NAT64', 'https://[64:ff9b::7f00:1]/'],
  ])('with %s is refused: %s (W3)', (_what, text) => {
    expect(() => policy.parseUrl(text)).toThrow(expect.objectContaining({ code: 'outbound.url-refused' }) as Error);
  });

  it('by http is refused with the setting that allows it, where there is one', () => {
    const named = new OutboundPolicy({ httpSetting: 'SOME_SETTING' });
    expect(() => named.parseUrl('http://ci.example/')).toThrow('for tests: SOME_SETTING=yes.');
    expect(() => named.parseUrl('ftp://ci.example/')).toThrow('Only https is spoken.');
    expect(() => policy.parseUrl('http://ci.example/')).toThrow('Only https is spoken.');
  });

  it.each(['', 'hooks.example', '/hook', 'https://', 'https://[::1', `https://hooks.example/${'a'.repeat(2048)}`])(
    'that is none, or too long, is malformed: %s',
    (text) => {
      expect(() => policy.parseUrl(text)).toThrow(expect.objectContaining({ code: 'outbound.url-malformed' }) as Error);
    },
  );

  it('of a stranger passes, without its fragment', () => {
    expect(policy.parseUrl('https://hooks.example/a?b=c#d').href).toBe('https://hooks.example/a?b=c');
    expect(policy.parseUrl('https://hooks.example:8443/').port).toBe('8443');
    expect(policy.parseUrl('https://8.8.8.8/').hostname).toBe('8.8.8.8');
  });

  it('passes where the operator allows http, inside addresses and low ports', () => {
    const open = new OutboundPolicy({ allowHttp: true, allowedNetworks: ['127.0.0.0/8', 'intranet'], lowPorts: [81] });
    for (const text of ['http://127.0.0.1:8080/', 'http://localhost:81/', 'http://intranet:3000/']) {
      expect(open.parseUrl(text).href).toBe(text);
    }
    expect(() => open.parseUrl('http://127.0.0.1/')).toThrow(/port/);
    expect(() => open.parseUrl('ftp://127.0.0.1/')).toThrow(/Only http and https/);
  });
});
