import type { Misbehaviour } from '@waybill/testing';
import { describe, expect, it } from 'vitest';
import { audience, VerifierGround } from '../../test/verifier-ground.js';

const quick: readonly Misbehaviour[] = [
  'redirect',
  'huge',
  'emptyKeySet',
  'wrongIssuer',
  'foreignKeySet',
  'error',
  'notJson',
];

describe('an issuer that misbehaves', () => {
  it.each(quick)('(%s) is unavailable, harms nobody else, and works again when it behaves (T6, T7)', async (how) => {
    const ground = new VerifierGround();
    const [bad, good] = [await ground.issuer('github-actions'), await ground.issuer('gitlab-ci')];
    bad.misbehave(how);
    const token = await bad.token({ aud: audience });
    const refusals = await Promise.all(Array.from({ length: 20 }, () => ground.refusal(token)));
    expect(new Set(refusals.map((refusal) => refusal?.code))).toEqual(new Set(['oidc.issuer-unavailable']));
    expect(refusals[0]?.retryAfterSeconds).toBeGreaterThan(0);
    expect(await ground.outcome(await good.token({ aud: audience }))).toBe('ok');
    // One attempt for all of them, nowhere else, and none for whoever comes at once.
    expect(await ground.outcome(token)).toBe('oidc.issuer-unavailable');
    expect(bad.asked.discovery).toBe(1);
    expect(bad.asked.elsewhere).toBe(0);
    bad.misbehave(undefined);
    ground.pass(1);
    expect(await ground.outcome(token)).toBe('ok');
  });

  it.each(['redirect', 'huge'] as const)('(%s) with its keys alone is no better (T6)', async (how) => {
    const ground = new VerifierGround();
    const bad = await ground.issuer('github-actions');
    bad.misbehave(how, 'keys');
    expect(await ground.outcome(await bad.token({ aud: audience }))).toBe('oidc.issuer-unavailable');
    expect(bad.asked).toMatchObject({ discovery: 1, keys: 1, elsewhere: 0 });
  });

  it('(hang) is given up after five seconds, while others are verified as ever', async () => {
    const ground = new VerifierGround();
    const [bad, good] = [await ground.issuer('github-actions'), await ground.issuer('gitlab-ci')];
    bad.misbehave('hang');
    const began = performance.now();
    const token = await bad.token({ aud: audience });
    const hanging = Promise.all(Array.from({ length: 100 }, () => ground.outcome(token)));
    for (let round = 0; round < 20; round += 1) {
      expect(await ground.outcome(await good.token({ aud: audience }))).toBe('ok');
    }
    expect(performance.now() - began).toBeLessThan(4000);
    expect(new Set(await hanging)).toEqual(new Set(['oidc.issuer-unavailable']));
    expect(performance.now() - began).toBeLessThan(9000);
    expect(bad.asked.discovery).toBe(1);
  }, 20_000);

  it.each(['redirect', 'huge', 'emptyKeySet', 'wrongIssuer', 'foreignKeySet', 'error', 'notJson'] as const)(
    '(%s) after it behaved keeps its old keys for a day (T7)',
    async (how) => {
      const ground = new VerifierGround();
      const issuer = await ground.issuer('github-actions');
      const token = await issuer.token({ aud: audience });
      expect(await ground.outcome(token)).toBe('ok');
      issuer.misbehave(how);
      ground.pass(30);
      expect(await ground.outcome(token)).toBe('ok');
      ground.pass(24 * 60);
      expect(await ground.outcome(token)).toBe('oidc.issuer-unavailable');
    },
  );
});

describe('an issuer that is down', () => {
  it('is as good as ever for what was signed with its keys, and back when it is', async () => {
    const ground = new VerifierGround();
    const issuer = await ground.issuer('github-actions');
    const token = await issuer.token({ aud: audience });
    await ground.verify(token);
    issuer.goDown();
    ground.pass(60);
    expect(await ground.outcome(token)).toBe('ok');
    issuer.comeBack();
    await issuer.rotate();
    ground.pass(1);
    expect(await ground.outcome(await issuer.token({ aud: audience }))).toBe('ok');
  });
});

describe('an issuer that rotates its keys', () => {
  it('is followed in the middle of everything, with one look at its keys (T7)', async () => {
    const ground = new VerifierGround();
    const issuer = await ground.issuer('github-actions');
    const old = await issuer.token({ aud: audience });
    await ground.verify(old);
    await issuer.rotate();
    ground.pass(1);
    const fresh = await issuer.token({ aud: audience });
    const outcomes = await Promise.all([fresh, old, fresh, old, fresh].map((token) => ground.outcome(token)));
    expect(outcomes).toEqual(['ok', 'ok', 'ok', 'ok', 'ok']);
    expect(issuer.asked.keys).toBe(2);
  });

  it('and takes the old one back is believed after ten minutes at the latest (T7)', async () => {
    const ground = new VerifierGround();
    const issuer = await ground.issuer('github-actions');
    const stolen = await issuer.token({ aud: audience });
    expect(await ground.outcome(stolen)).toBe('ok');
    await issuer.rotate('forgotten');
    ground.pass(10);
    expect(await ground.outcome(stolen)).toBe('oidc.signature-wrong');
    expect(await ground.outcome(await issuer.token({ aud: audience }))).toBe('ok');
  });

  it('is asked once for a thousand tokens with keys of nobody (T7)', async () => {
    const ground = new VerifierGround();
    const issuer = await ground.issuer('github-actions');
    const token = await issuer.token({ aud: audience });
    await ground.verify(token);
    const [, body = '', signature = ''] = token.split('.');
    const flood = Array.from({ length: 1000 }, (_, index) => {
      const header = Buffer.from(JSON.stringify({ alg: 'RS256', kid: `nobody-${index}` })).toString('base64url');
      return `${header}.${body}.${signature}`;
    });
    const outcomes = await Promise.all(flood.map((forged) => ground.outcome(forged)));
    expect(new Set(outcomes)).toEqual(new Set(['oidc.signature-wrong']));
    expect(issuer.asked.keys).toBe(1);
    expect(await ground.outcome(token)).toBe('ok');
  });
});
