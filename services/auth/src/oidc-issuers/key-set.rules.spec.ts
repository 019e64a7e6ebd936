import { exportJWK, generateKeyPair } from 'jose';
import { describe, expect, it } from 'vitest';
import { discoveryAddressOf, keysAddressIn, signingKeysIn } from './key-set.rules.js';

async function publicJwk(algorithm: string): Promise<Record<string, unknown>> {
  const { publicKey } = await generateKeyPair(algorithm, { extractable: true });
  return { ...(await exportJWK(publicKey)) };
}

const rsa = await publicJwk('RS256');

describe('a key set', () => {
  it('has public keys for signatures, of the kinds that tokens are signed with', async () => {
    const keys = [
      { ...rsa, kid: 'rsa', alg: 'RS256', use: 'sig', x5c: ['MIIB'], x5t: 'x' },
      { ...(await publicJwk('ES256')), kid: 'ec', key_ops: ['verify'] },
      { ...(await publicJwk('EdDSA')), kid: 'ed' },
    ];
    expect(signingKeysIn({ keys })?.map(({ kid, kty }) => [kid, kty])).toEqual([
      ['rsa', 'RSA'],
      ['ec', 'EC'],
      ['ed', 'OKP'],
    ]);
    expect(signingKeysIn({ keys })?.[0]).not.toHaveProperty('x5c');
  });

  it('has others that are passed over (T5)', () => {
    const keys = [
      rsa,
      { ...rsa, kid: 7 },
      { ...rsa, kid: '' },
      { ...rsa, kid: 'encrypts', use: 'enc' },
      { ...rsa, kid: 'signs', key_ops: ['sign'] },
      { ...rsa, kid: 'short', n: String(rsa['n']).slice(0, 170) },
      { ...rsa, kid: 'slow', e: String(rsa['n']) },
      { ...rsa, kid: 'huge', n: 'A'.repeat(5000) },
      { kty: 'oct', kid: 'secret', k: 'c2VjcmV0' },
      { kty: 'EC', kid: 'curve', crv: 'secp256k1', x: 'x', y: 'y' },
      null,
      'key',
    ];
    expect(signingKeysIn({ keys })).toEqual([]);
  });

  it('that is none, or has more than a hundred keys, is not used', () => {
    for (const body of [null, [], 'x', {}, { keys: {} }, { keys: Array.from({ length: 101 }, () => rsa) }]) {
      expect(signingKeysIn(body)).toBeUndefined();
    }
  });

  it('never has the private part of a key', async () => {
    const { privateKey } = await generateKeyPair('RS256', { extractable: true });
    const keys = [{ ...(await exportJWK(privateKey)), kid: 'careless' }];
    expect(Object.keys(signingKeysIn({ keys })?.[0] ?? {}).toSorted()).toEqual(['e', 'kid', 'kty', 'n']);
  });
});

describe('a discovery document', () => {
  const issuer = 'https://ci.example/oidc';
  const at = (jwks_uri: unknown, more: object = {}, hosts: readonly string[] = []) =>
    keysAddressIn({ issuer, jwks_uri, ...more }, issuer, hosts);

  it('says where the keys are, at the origin of the issuer', () => {
    expect(at('https://ci.example/keys')).toEqual({ address: 'https://ci.example/keys' });
    expect(discoveryAddressOf(issuer)).toBe('https://ci.example/oidc/.well-known/openid-configuration');
    expect(discoveryAddressOf(`${issuer}/`)).toBe(discoveryAddressOf(issuer));
  });

  it.each([
    ['another host', 'https://evil.example/keys'],
    ['another port', 'https://ci.example:8443/keys'],
    ['another scheme', 'http://ci.example/keys'],
    ['a host that begins like it', 'https://ci.example.evil.example/keys'],
    ['a user name that looks like it', 'https://ci.example@evil.example/keys'],
    ['an address inside', 'https://169.254.169.254/keys'],
    ['no URL', '/keys'],
    ['a number', 7],
  ])('with keys at %s is refused (T6)', (_name, address) => {
    expect(at(address)).toHaveProperty('wrong');
  });

  it('has to be the issuer’s own, letter by letter (T3)', () => {
    for (const other of [`${issuer}/`, 'https://CI.example/oidc', 'https://ci.example', undefined]) {
      expect(at('https://ci.example/keys', { issuer: other })).toHaveProperty('wrong');
    }
  });

  it('of a provider that has its keys elsewhere may say so', () => {
    const hosts = ['www.googleapis.com'];
    expect(at('https://www.googleapis.com/oauth2/v3/certs', {}, hosts)).toHaveProperty('address');
    for (const address of ['http://www.googleapis.com/certs', 'https://www.googleapis.com:8443/certs']) {
      expect(at(address, {}, hosts)).toHaveProperty('wrong');
    }
  });
});
