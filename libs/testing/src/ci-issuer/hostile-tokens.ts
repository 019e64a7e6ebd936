import { createPublicKey } from 'node:crypto';
import type { RunningCiIssuer } from './ci-issuer.js';
import { hostileClaims } from './hostile-claims.js';
import { part, signRaw, signWithSecret } from './raw-token.js';
import type { CiSigningKey } from './signing-key.js';
import { makeSigningKey } from './signing-key.js';

/** A token that nobody may take, and what is wrong with it. */
export interface HostileToken {
  readonly name: string;
  readonly rule: 'T4' | 'T5';
  readonly token: string;
}

/**
 * Tokens with an issuer's own claims for the audience, each of which has to be refused: with claims that are none (T4), or not
 * signed by the issuer in the way that it signs (T5). The issuer signs with RS256.
 */
export async function hostileTokens(issuer: RunningCiIssuer, audience: string): Promise<readonly HostileToken[]> {
  const attacker = { rsa: await makeSigningKey('RS256'), ec: await makeSigningKey('ES256') };
  const header = { alg: 'RS256', kid: issuer.key.kid, typ: 'JWT' };
  const claims = hostileClaims(issuer, audience).map(([name, changes]) => {
    const payload = issuer.payload({ aud: audience, ...changes });
    return { name, rule: 'T4' as const, token: signRaw(header, payload, issuer.key) };
  });
  const payload = issuer.payload({ aud: audience });
  const signatures = Object.entries({
    ...unsigned(issuer.key, header, payload),
    ...otherKeys(issuer.key, header, payload, attacker),
    ...otherHeaders(issuer.key, header, payload),
    ...broken(issuer.key, header, payload),
  });
  return [...claims, ...signatures.map(([name, token]) => ({ name, rule: 'T5' as const, token }))];
}

type Tokens = Record<string, string>;

function unsigned(key: CiSigningKey, header: object, payload: object): Tokens {
  const pem = createPublicKey({ key: key.publicJwk, format: 'jwk' }).export({ type: 'spki', format: 'pem' });
  const hs256 = { ...header, alg: 'HS256' };
  return {
    'alg none': `${part({ ...header, alg: 'none' })}.${part(payload)}.`,
    'alg None': `${part({ ...header, alg: 'None' })}.${part(payload)}.`,
    'alg none with a signature': signRaw({ ...header, alg: 'none' }, payload, key),
    'no signature': `${part(header)}.${part(payload)}.`,
    'HS256 with the public key as PEM': signWithSecret(hs256, payload, String(pem)),
    'HS256 with the public key as JWK': signWithSecret(hs256, payload, JSON.stringify(key.publicJwk)),
    'HS256 with the modulus': signWithSecret(hs256, payload, key.publicJwk.n ?? ''),
    'HS256 with nothing': signWithSecret(hs256, payload, ''),
  };
}

function otherKeys(
  key: CiSigningKey,
  header: object,
  payload: object,
  { rsa, ec }: { readonly rsa: CiSigningKey; readonly ec: CiSigningKey },
): Tokens {
  const own = { ...header, kid: rsa.kid };
  const { kid: _, ...withoutKid } = { kid: '', ...header };
  return {
    'the key of somebody else under our kid': signRaw(header, payload, rsa),
    'an unknown kid': signRaw(own, payload, rsa),
    'an unknown kid of the right key': signRaw({ ...header, kid: 'unknown' }, payload, key),
    'no kid': signRaw(withoutKid, payload, key),
    'a kid that is a number': signRaw({ ...header, kid: 7 }, payload, key),
    'a kid that is a path': signRaw({ ...header, kid: '../../../dev/null' }, payload, rsa),
    'an embedded jwk': signRaw({ ...own, jwk: rsa.publicJwk }, payload, rsa),
    'an embedded jwk under our kid': signRaw({ ...header, jwk: { ...rsa.publicJwk, kid: key.kid } }, payload, rsa),
    'jku of somebody else': signRaw({ ...own, jku: 'http://127.0.0.1:9/keys' }, payload, rsa),
    'x5u of somebody else': signRaw({ ...own, x5u: 'http://127.0.0.1:9/chain.pem' }, payload, rsa),
    'x5c of somebody else': signRaw({ ...own, x5c: ['MIIB'] }, payload, rsa),
    'ES256 under the kid of an RSA key': signRaw({ ...header, alg: 'ES256' }, payload, ec),
    'RS256 with a signature of ECDSA': signRaw(header, payload, ec),
  };
}

function otherHeaders(key: CiSigningKey, header: object, payload: object): Tokens {
  return {
    'ES256 with a signature of RSA': signRaw({ ...header, alg: 'ES256' }, payload, key),
    'RS512 that is RS256': signRaw({ ...header, alg: 'RS512' }, payload, key),
    'PS256 that is RS256': signRaw({ ...header, alg: 'PS256' }, payload, key),
    'no alg': signRaw({ ...header, alg: undefined }, payload, key),
    'alg as a list': signRaw({ ...header, alg: ['RS256'] }, payload, key),
    'a critical header that nobody knows': signRaw(
      { ...header, crit: ['https://evil.example/must'], 'https://evil.example/must': true },
      payload,
      key,
    ),
    'a critical header that is not there': signRaw({ ...header, crit: ['exp'] }, payload, key),
    'an empty list of critical headers': signRaw({ ...header, crit: [] }, payload, key),
    'an unencoded payload': signRaw({ ...header, b64: false, crit: ['b64'] }, payload, key),
  };
}

function broken(key: CiSigningKey, header: object, payload: object): Tokens {
  const good = signRaw(header, payload, key);
  const [first = '', , last = ''] = good.split('.');
  const other = signRaw(header, { ...payload, sub: 'somebody else' }, key);
  return {
    'a payload changed after it was signed': `${first}.${part({ ...payload, sub: 'somebody else' })}.${last}`,
    'the signature of another token': `${good.slice(0, good.lastIndexOf('.'))}.${other.split('.')[2] ?? ''}`,
    'a signature cut short': good.slice(0, -8),
    'a flipped bit in the signature': `${good.slice(0, -10)}${good.at(-10) === 'A' ? 'B' : 'A'}${good.slice(-9)}`,
    'four parts': `${good}.${last}`,
    'five parts': `${good}.${last}.${last}`,
    'two parts': good.slice(0, good.lastIndexOf('.')),
    'a header that is no JSON': `${part('{')}.${part(payload)}.${last}`,
    'a payload that is a list': signRaw(header, [payload], key),
    'a payload that is null': signRaw(header, 'null', key),
    'a payload that is no JSON': signRaw(header, '{"sub":', key),
    nothing: '',
    dots: '..',
    'a text': 'not a token',
    'more than a token ever is': signRaw(header, { ...payload, comment: 'x'.repeat(1024 * 1024) }, key),
  };
}
