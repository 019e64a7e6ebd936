import { newTokenText } from '@waybill/domain';
import { eventually } from '@waybill/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startGateway, type RunningGateway } from './running-gateway.js';
import { startToyService, type ToyService } from './toy-service.js';

const idToken = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJjYW5hcnkifQ.c2lnbmF0dXJlLW9mLWNhbmFyeQ';

let gateway: RunningGateway;
let toy: ToyService;

beforeAll(async () => {
  gateway = await startGateway();
  toy = await startToyService(gateway.connection, gateway.store);
  await eventually(async () => {
    if ((await fetch(`${gateway.url}/toy/echo/x`)).status !== 200)
      throw new Error('The toy service is not routed yet.');
  });
});

afterAll(async () => {
  await toy.stop();
  await gateway.stop();
});

async function exchange(authorization: string | undefined, path = '/toy/exchange/ball'): Promise<Response> {
  const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
  return fetch(`${gateway.url}${path}`, { method: 'POST', headers });
}

describe('a route to which clients bring the token of somebody else', () => {
  it('is given it as it is, and knows nobody', async () => {
    const asked = gateway.auth.asked;
    const answer = await exchange(`Bearer ${idToken}`);
    expect(answer.status).toBe(201);
    expect(await answer.json()).toEqual({ brought: idToken, caller: 'anonymous', headers: [] });
    expect(gateway.auth.asked).toBe(asked);
  });

  it('is at the root of the host, too, where its service says so', async () => {
    const answer = await exchange(`Bearer ${idToken}`, '/-/toys/exchange/ball');
    expect(await answer.json()).toMatchObject({ brought: idToken });
  });

  it('never gets one of our own tokens, in whatever it is wrapped (W6)', async () => {
    const token = newTokenText();
    for (const authorization of [`Bearer ${token}`, `Bearer x${token}`, `Basic ${btoa(`a:${token}`)}`, undefined]) {
      const answer = await exchange(authorization);
      expect(answer.status).toBe(401);
      expect(await answer.json()).toMatchObject({ code: 'auth.bearer-missing' });
    }
  });

  it('is the only one that does: everywhere else that token is refused', async () => {
    const headers = { authorization: `Bearer ${idToken}` };
    expect((await fetch(`${gateway.url}/toy/echo/x`, { headers })).status).toBe(401);
    expect((await fetch(`${gateway.url}/toy/exchange/ball`, { headers })).status).toBe(401);
    expect((await fetch(`${gateway.url}/toy/notes`, { headers, method: 'POST' })).status).toBe(401);
  });

  it('is not kept by anybody, and its token is in no log (W6)', async () => {
    const answer = await exchange(`Bearer ${idToken}`, `/toy/exchange/${idToken}`);
    expect(answer.headers.get('cache-control')).toContain('no-store');
    await expect.poll(() => gateway.logged.some((line) => line['url.path'] === '/toy/exchange/eyJ***')).toBe(true);
    expect(JSON.stringify(gateway.logged)).not.toContain('canary');
    expect(JSON.stringify(gateway.logged)).not.toContain(idToken);
  });
});
