import type { Principal, TokenId, TokenText, UserId } from '@waybill/domain';
import { hashToken, newTokenText } from '@waybill/domain';
import { eventually } from '@waybill/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startGateway, type RunningGateway } from './running-gateway.js';
import { startToyService, type ToyService } from './toy-service.js';

let gateway: RunningGateway;
let toy: ToyService;
let token: TokenText;

const person = {
  userId: '0192f0c1-2222-7000-8000-000000000004' as UserId,
  username: 'alice',
  installationAdmin: false,
  grants: [],
};
const alice: Principal = {
  kind: 'token',
  tokenId: '0192f0c1-2222-7000-8000-000000000003' as TokenId,
  scopes: [],
  ...person,
};

beforeAll(async () => {
  gateway = await startGateway();
  toy = await startToyService(gateway.connection, gateway.store);
  await eventually(async () => {
    if ((await ask({})).status !== 200) throw new Error('The toy service is not routed yet.');
  });
});

beforeEach(() => {
  gateway.auth.isDown = false;
  token = newTokenText();
  gateway.auth.principals.set(hashToken(token), alice);
});

afterAll(async () => {
  await toy.stop();
  await gateway.stop();
});

async function ask(headers: Record<string, string>, init: RequestInit = {}, path = '/toy/echo/x') {
  const response = await fetch(`${gateway.url}${path}`, { ...init, headers });
  const body = (await response.json()) as Record<string, unknown>;
  return { status: response.status, headers: response.headers, body };
}

describe('credentials', () => {
  it('finds a token wherever the service says that its clients put one', async () => {
    const basic = Buffer.from(`anybody:${token}`).toString('base64');
    const forms: Record<string, string>[] = [
      { authorization: `Bearer ${token}` },
      { authorization: `bearer ${token}` },
      { authorization: `Basic ${basic}` },
      { 'x-toy-key': token },
    ];
    for (const headers of forms) {
      const answer = await ask(headers);
      expect(answer.body['caller']).toMatchObject({ kind: 'token', username: 'alice' });
      expect(JSON.stringify(answer.body['headers'])).not.toContain(token);
    }
    expect((await ask({})).body['caller']).toEqual({ kind: 'anonymous' });
  });

  it('refuses a credential that is not ours without asking anybody, in the dialect of the service', async () => {
    const asked = gateway.auth.asked;
    for (const authorization of ['Bearer nonsense', `Bearer ${token.slice(0, -1)}x`, 'Basic OnB3', 'Digest x']) {
      const answer = await ask({ authorization });
      expect(answer.status).toBe(401);
      expect(answer.body['code']).toBe('auth.invalid-credential');
      expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="toys"');
    }
    expect(gateway.auth.asked).toBe(asked);
  });

  it('refuses an unknown token even where anonymous may read', async () => {
    expect((await ask({ authorization: `Bearer ${newTokenText()}` })).status).toBe(401);
  });

  it('refuses a revoked token at once', async () => {
    expect((await ask({ authorization: `Bearer ${token}` })).status).toBe(200);
    gateway.auth.principals.delete(hashToken(token));
    gateway.principals.revokeCredential(hashToken(token));
    expect((await ask({ authorization: `Bearer ${token}` })).status).toBe(401);
    gateway.auth.isDown = true;
    expect((await ask({ authorization: `Bearer ${token}` })).status).toBe(401);
  });

  it('lets known readers go on while auth is away, and lets nobody write', async () => {
    expect((await ask({ authorization: `Bearer ${token}` })).status).toBe(200);
    gateway.auth.isDown = true;
    expect((await ask({ authorization: `Bearer ${token}` })).status).toBe(200);
    expect((await ask({})).status).toBe(200);
    const write = { method: 'POST', body: '"x"' };
    const refused = await ask(
      { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      write,
      '/toy/notes',
    );
    expect(refused.status).toBe(503);
    expect(refused.body['toyError']).toBeDefined();
    expect((await ask({ authorization: `Bearer ${newTokenText()}` })).status).toBe(503);
  });

  it('never logs a token, wherever it stands (W6)', async () => {
    await fetch(`${gateway.url}/toy/echo/${token}/x?token=${token}`, { headers: { authorization: `Bearer ${token}` } });
    await expect.poll(() => gateway.logged.some((line) => line['url.path'] === '/toy/echo/wb-***/x')).toBe(true);
    expect(JSON.stringify(gateway.logged)).not.toContain(token);
  });
});

describe('browser sessions (W2)', () => {
  const cookie = 'waybill_session=0123456789abcdef0123456789abcdef';
  const post = { method: 'POST', body: '"x"' };
  const json = { 'content-type': 'application/json' };

  beforeEach(async () => {
    const { createHash } = await import('node:crypto');
    const hash = createHash('sha256')
      .update(cookie.split('=')[1] ?? '')
      .digest('hex');
    gateway.auth.principals.set(hash as never, { kind: 'user', sessionId: person.userId as never, ...person });
  });

  it('reads with the cookie alone, and writes only from its own pages', async () => {
    expect((await ask({ cookie })).body['caller']).toMatchObject({ kind: 'user' });
    const writes: [Record<string, string>, number][] = [
      [{}, 403],
      [{ 'sec-fetch-site': 'cross-site' }, 403],
      [{ 'sec-fetch-site': 'same-site' }, 403],
      [{ origin: 'https://evil.example' }, 403],
      [{ origin: gateway.url, 'sec-fetch-site': 'cross-site' }, 403],
      [{ origin: gateway.url }, 201],
      [{ origin: gateway.url, 'sec-fetch-site': 'same-origin' }, 201],
    ];
    for (const [headers, status] of writes) {
      const { request } = await import('undici');
      const answer = await request(`${gateway.url}/toy/notes`, {
        method: 'POST',
        body: post.body,
        headers: { ...json, cookie, ...headers },
      });
      await answer.body.dump();
      expect([headers, answer.statusCode]).toEqual([headers, status]);
    }
  });

  it('takes an ended session for nobody, so that its browser can sign in again', async () => {
    const stale = 'waybill_session=ffffffffffffffffffffffffffffffff';
    const answer = await ask({ ...json, cookie: stale, origin: gateway.url }, post, '/toy/notes');
    expect(answer).toMatchObject({ status: 201, body: { caller: 'anonymous' } });
  });
});
