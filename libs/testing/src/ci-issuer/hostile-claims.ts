import { providers } from '@waybill/trusted-publishing';
import type { CiClaims, RunningCiIssuer } from './ci-issuer.js';

type Named = readonly [name: string, claims: CiClaims];

/** What an issuer itself could say wrong: claims that are missing, of other types, or of another time or audience (T4). */
export function hostileClaims(issuer: RunningCiIssuer, audience: string): readonly Named[] {
  const now = Math.floor(Date.now() / 1000);
  const hour = 3600;
  const required = ['iss', 'sub', 'aud', 'exp', 'iat'];
  const withJti = providers[issuer.provider].replayKey === 'jti' ? [...required, 'jti'] : required;
  const wrong: Record<string, readonly unknown[]> = {
    iss: [7, ['a'], '', `${issuer.issuer}/`, `${issuer.issuer}.evil.example`, 'https://evil.example'],
    sub: [7, {}, '', null],
    exp: [String(now + hour), [now + hour], {}, -1, 1e300, true],
    iat: [String(now), [], {}, -1, 1e300],
    nbf: [String(now), {}, []],
    jti: [7, {}, ['a'], 'x'.repeat(10_000)],
    aud: [
      7,
      {},
      '',
      [],
      [''],
      [7],
      [audience, 'https://evil.example'],
      [audience, audience],
      `${audience}.evil.example`,
      `${audience} https://evil.example`,
      audience.slice(0, -1),
      audience.toUpperCase(),
      { [audience]: true },
    ],
  };
  return [
    ...withJti.map((claim): Named => [`no ${claim}`, { [claim]: undefined }]),
    ...Object.entries(wrong).flatMap(([claim, values]) =>
      values.map((value): Named => [`${claim} is ${JSON.stringify(value).slice(0, 80)}`, { [claim]: value }]),
    ),
    ['expired', { iat: now - 2 * hour, nbf: now - 2 * hour, exp: now - hour }],
    ['not valid yet', { nbf: now + hour }],
    ['from the future', { iat: now + hour, nbf: now + hour, exp: now + 2 * hour }],
    ['too old, and still valid', { iat: now - 48 * hour, nbf: now - 48 * hour, exp: now + 48 * hour }],
    ['expired before it was issued', { iat: now, exp: now - 1 }],
    ['with too many claims', Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`claim-${index}`, 'x']))],
    ['with claims too deep', { deep: { deep: { deep: { deep: { deep: { deep: 'x' } } } } } }],
  ];
}
