import { newTokenText } from '@waybill/domain';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { knowsToy } from './asking.js';
import { anotherToken, newPerson } from './people.js';
import { rawRequest } from './raw-request.js';
import { startGateway, type RunningGateway } from './running-gateway.js';
import { startToyService, type ToyService } from './toy-service.js';

let gateway: RunningGateway;
let toy: ToyService;
/** A clock that the test moves; nobody waits. */
let now = 0;

beforeEach(async () => {
  now = 0;
  gateway = await startGateway(
    {},
    {
      rates: {
        anonymousReads: 4,
        anonymousWrites: 2,
        reads: 3,
        writes: 2,
        signIns: 5,
        signInsPerAccount: 2,
        badCredentials: 3,
      },
      trusted: ['127.0.0.1'],
      now: () => now,
    },
  );
  toy = await startToyService(gateway.connection, gateway.store);
  await knowsToy(gateway);
});

afterEach(async () => {
  await toy.stop();
  await gateway.stop();
});

async function ask(path: string, client: string, init: RequestInit = {}) {
  const headers = { 'x-forwarded-for': client, ...(init.headers as Record<string, string> | undefined) };
  const answer = await fetch(`${gateway.url}${path}`, { ...init, headers });
  return { status: answer.status, headers: answer.headers, body: (await answer.json()) as Record<string, unknown> };
}

async function statuses(count: number, work: () => Promise<{ status: number }>): Promise<number[]> {
  const all: number[] = [];
  for (let index = 0; index < count; index += 1) all.push((await work()).status);
  return all;
}

const bearer = (token: string): RequestInit => ({ headers: { authorization: `Bearer ${token}` } });

describe('rate limits (W4)', () => {
  it('refuse with 429 in the dialect of the service, say when to come again, and cost the service nothing', async () => {
    expect(await statuses(4, () => ask('/toy/echo/x', '192.0.2.1'))).toEqual([200, 200, 200, 200]);
    const refused = await ask('/toy/echo/x', '192.0.2.1');
    expect(refused.status).toBe(429);
    expect(refused.body).toMatchObject({
      code: 'rate.limited',
      toyError: 'Too many requests; wait a moment and try again.',
    });
    expect(Object.fromEntries(refused.headers)).toMatchObject({
      'retry-after': '15',
      'ratelimit-policy': '"anonymous-reads";q=4;w=60',
      ratelimit: '"anonymous-reads";r=0;t=15',
      'cache-control': 'no-store',
    });
    expect(toy.seen).toHaveLength(4);
    expect((await ask('/toy/echo/x', '192.0.2.2')).status).toBe(200);
    expect((await ask('/toy/notes', '192.0.2.1', { method: 'POST' })).status).toBe(201);
    now += 15_000;
    expect(await statuses(2, () => ask('/toy/echo/x', '192.0.2.1'))).toEqual([200, 429]);
  });

  it('count an IPv6 client by its /64, and what belongs to no service as well', async () => {
    expect(await statuses(3, () => ask('/toy/echo/x', '2001:db8::1'))).toEqual([200, 200, 200]);
    expect(await statuses(2, () => ask('/nowhere', '2001:db8::2'))).toEqual([404, 429]);
    expect((await ask('/toy/echo/x', '2001:db8:0:1::1')).status).toBe(200);
  });

  it('count a person over all tokens and addresses, reads and writes apart (A11)', async () => {
    const { token, principal } = newPerson(gateway);
    const other = anotherToken(gateway, principal);
    expect(await statuses(2, () => ask('/toy/echo/x', '192.0.2.1', bearer(token)))).toEqual([200, 200]);
    expect(await statuses(2, () => ask('/toy/echo/x', '192.0.2.2', bearer(other)))).toEqual([200, 429]);
    const write = { ...bearer(token), method: 'POST' };
    expect(await statuses(3, () => ask('/toy/notes', '192.0.2.1', write))).toEqual([201, 201, 429]);
    const neighbour = newPerson(gateway);
    expect((await ask('/toy/echo/x', '192.0.2.1', bearer(neighbour.token))).status).toBe(200);
  });

  it('stop guesses at an account from one address, and nobody else from signing in to it', async () => {
    const signIn = (account: string, client: string) => ask(`/toy/sign-in/${account}`, client, { method: 'PUT' });
    expect(await statuses(3, () => signIn('alice', '192.0.2.66'))).toEqual([200, 200, 429]);
    expect((await signIn('ALIC%45', '192.0.2.66')).status).toBe(429);
    expect((await signIn('alice', '192.0.2.1')).status).toBe(200);
    expect(await statuses(3, () => signIn('bob', '192.0.2.66'))).toEqual([200, 200, 429]);
    expect((await signIn('carol', '192.0.2.66')).status).toBe(200);
    expect((await signIn('dave', '192.0.2.66')).status).toBe(429);
    expect(toy.seen).toHaveLength(6);
  });

  it('count polls of a login as reads: waiting for its person uses up no sign-in of the address (W4)', async () => {
    const secret = newTokenText();
    const stale = bearer(newTokenText());
    expect(await statuses(4, () => ask(`/toy/done/${secret}`, '192.0.2.1', stale))).toEqual([200, 200, 200, 200]);
    const tooOften = await ask(`/toy/done/${secret}`, '192.0.2.1');
    expect([tooOften.status, tooOften.headers.get('ratelimit-policy')]).toEqual([429, '"anonymous-reads";q=4;w=60']);
    const signIn = (account: string) => ask(`/toy/sign-in/${account}`, '192.0.2.1', { method: 'PUT' });
    expect(await statuses(2, () => signIn('alice'))).toEqual([200, 200]);
    expect(await statuses(3, () => signIn('bob'))).toEqual([200, 200, 429]);
    expect(await statuses(2, () => ask('/toy/done/guess', '192.0.2.1'))).toEqual([200, 429]);
  });

  it('stop guesses at tokens before auth is asked, and no neighbour whose token it knows', async () => {
    const { token } = newPerson(gateway);
    expect((await ask('/toy/echo/x', '192.0.2.1', bearer(token))).status).toBe(200);
    const guess = () => ask('/toy/echo/x', '192.0.2.1', bearer(newTokenText()));
    expect(await statuses(3, guess)).toEqual([401, 401, 401]);
    const asked = gateway.auth.asked;
    expect(await statuses(3, guess)).toEqual([429, 429, 429]);
    expect(gateway.auth.asked).toBe(asked);
    expect((await ask('/toy/echo/x', '192.0.2.1', bearer(token))).status).toBe(200);
    expect((await ask('/toy/echo/x', '192.0.2.1')).status).toBe(200);
  });

  it('refuse an upload before its bytes are sent', async () => {
    const { token } = newPerson(gateway);
    const write = { ...bearer(token), method: 'POST' };
    await statuses(2, () => ask('/toy/notes', '192.0.2.1', write));
    const answer = await rawRequest(
      gateway.port,
      `PUT /toy/files/x HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nContent-Length: 100000\r\nExpect: 100-continue\r\n\r\n`,
    );
    expect(answer).toMatchObject({ status: 429, closed: true });
    expect(answer.text).not.toContain('100 Continue');
    expect(await gateway.stagedFiles()).toBe(0);
  });
});
