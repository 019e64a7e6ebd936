import type { RunningCiIssuer } from '@waybill/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { audience, ExchangeGround, githubRule, outcome } from '../../test/exchange-ground.js';

const mostFailures = 3;

let ground: ExchangeGround;
let github: RunningCiIssuer;

beforeAll(async () => {
  ground = await ExchangeGround.start({ WAYBILL_OIDC_FAILURES_PER_MINUTE: String(mostFailures) });
  github = await ground.issuer('github-actions');
  await ground.publisher(githubRule(github), { in: await ground.repository('main'), package: 'pkg:npm/left-pad' });
});

afterAll(() => ground.stop());

const token = (claims: Readonly<Record<string, unknown>> = {}) => github.token({ aud: audience, ...claims });
const without = { repository: 'acme/without', repository_id: '9' };

describe('failed exchanges (W4)', () => {
  it('of a project without a publisher shut it out, and nobody else behind its address', async () => {
    for (let time = 0; time < mostFailures; time += 1) {
      expect(await outcome(ground.exchange(await token(without)))).toBe('oidc.no-publisher');
    }
    expect(await outcome(ground.exchange(await token(without)))).toBe('oidc.throttled');
    expect(await outcome(ground.exchange(await token()))).toBe('ok');
  });

  it('of what does not verify count for its address', async () => {
    const clientAddress = '10.0.0.2';
    for (let time = 0; time < mostFailures; time += 1) {
      expect(await outcome(ground.exchange(await token({ aud: 'elsewhere' }), { clientAddress }))).toBe(
        'oidc.audience-wrong',
      );
    }
    expect(await outcome(ground.exchange(await token(), { clientAddress }))).toBe('oidc.throttled');
  });
});
