import { maxTokenLength, providers, readClaims, verifyAudience, verifyTimes } from '@waybill/trusted-publishing';
import { createLocalJWKSet, jwtVerify } from 'jose';
import { afterAll, describe, expect, it } from 'vitest';
import { startCiIssuer } from './ci-issuer.js';
import { hostileTokens } from './hostile-tokens.js';

const audience = 'npm:waybill.example';
const issuer = await startCiIssuer('github-actions');
const hostile = await hostileTokens(issuer, audience);
afterAll(issuer.stop);

/** How a token is to be verified; the keys are at hand. */
async function verify(token: string): Promise<unknown> {
  const profile = providers[issuer.provider];
  if (token.length > maxTokenLength) throw new Error('too long');
  const keys = createLocalJWKSet({ keys: [issuer.key.publicJwk] });
  const { payload, protectedHeader } = await jwtVerify(token, keys, {
    algorithms: [...profile.algorithms],
    clockTolerance: 30,
  });
  if (typeof protectedHeader.kid !== 'string') throw new Error('no kid');
  const claims = readClaims(issuer.provider, payload);
  if (claims.issuer !== issuer.issuer) throw new Error('another issuer');
  verifyAudience(payload.aud, [audience]);
  verifyTimes(payload, new Date(), profile);
  return claims.provider;
}

describe('a token that is good', () => {
  it('is taken, so that the others are refused for what is wrong with them', async () => {
    expect(await verify(await issuer.token({ aud: audience }))).toBe('github-actions');
    expect(await verify(await issuer.token({ aud: [audience], nbf: undefined }))).toBe('github-actions');
  });
});

describe('a hostile token', () => {
  it.each(hostile)('is refused: $name ($rule)', async ({ token }) => {
    await expect(verify(token)).rejects.toThrow();
  });

  it('has a name of its own', () => {
    expect(new Set(hostile.map(({ name }) => name)).size).toBe(hostile.length);
  });
});

describe('the hostile tokens of an issuer without jti', () => {
  it('are not those without it', async () => {
    const other = await startCiIssuer('circleci');
    const names = (await hostileTokens(other, audience)).map(({ name }) => name);
    await other.stop();
    expect(names).not.toContain('no jti');
    expect(names).toContain('no sub');
  });
});
