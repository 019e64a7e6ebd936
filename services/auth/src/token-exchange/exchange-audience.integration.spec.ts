import type { RunningCiIssuer } from '@waybill/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ExchangeGround, githubRule, leftPad } from '../../test/exchange-ground.js';

let ground: ExchangeGround;
let github: RunningCiIssuer;

beforeAll(async () => {
  // Requests come to https://waybill.example, which is what a proxy in front would have a gateway believe.
  ground = await ExchangeGround.start({ WAYBILL_EXTERNAL_URL: 'https://packages.example/waybill/' });
  github = await ground.issuer('github-actions');
  await ground.publisher(githubRule(github), { in: await ground.repository('main'), package: leftPad });
});

afterAll(() => ground.stop());

describe('the audience of ID tokens (T4)', () => {
  it('is shown as it was configured, whatever address a request was sent to', async () => {
    const shown = await ground.auth.http('GET', '/api/v1/oidc/audience');
    expect(shown.json).toEqual({ audience: 'packages.example' });
  });

  it('is the configured one only: a token for the address of the request is refused', async () => {
    for (const aud of ['waybill.example', 'https://waybill.example']) {
      const refused = await ground.exchangeByHttp(await github.token({ aud }), { package: leftPad });
      expect(refused.json).toMatchObject({ error: 'invalid_grant', code: 'oidc.audience-wrong' });
    }
    for (const aud of ['packages.example', 'https://packages.example', 'https://packages.example/waybill']) {
      const taken = await ground.exchangeByHttp(await github.token({ aud }), { package: leftPad });
      expect(taken.status).toBe(200);
    }
  });

  it('goes with the address by which a repository is named', async () => {
    const more = { resource: 'https://packages.example/waybill/npm/main/' };
    const taken = await ground.exchangeByHttp(await github.token({ aud: 'packages.example' }), more);
    expect(taken.status).toBe(200);
  });
});
