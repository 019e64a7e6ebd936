import { createHash } from 'node:crypto';
import type { TokenHash, UserId } from '@waybill/domain';
import { request } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { knowsToy } from './asking.js';
import { startGateway, type RunningGateway } from './running-gateway.js';
import { startToyService, type ToyService } from './toy-service.js';

let gateway: RunningGateway;
let toy: ToyService;
const session = '0123456789abcdef0123456789abcdef';
const encrypted = { 'x-forwarded-for': '198.51.100.7', 'x-forwarded-proto': 'https', 'x-forwarded-host': 'a.example' };
const plain = { 'x-forwarded-for': '198.51.100.7', 'x-forwarded-proto': 'http', 'x-forwarded-host': 'a.example' };

beforeAll(async () => {
  gateway = await startGateway({}, { trusted: ['127.0.0.1'] });
  toy = await startToyService(gateway.connection, gateway.store);
  await knowsToy(gateway);
  const hash = createHash('sha256').update(session).digest('hex') as TokenHash;
  const userId = '00000000-0000-4000-8000-000000000001' as UserId;
  const person = { username: 'ada', installationAdmin: false, grants: [] };
  gateway.auth.principals.set(hash, { kind: 'user', sessionId: userId as never, userId, ...person });
});

afterAll(async () => {
  await toy.stop();
  await gateway.stop();
});

/** Who is there, and which cookies the service is given. */
async function echo(headers: Record<string, string>): Promise<[string, string | undefined]> {
  const answer = await request(`${gateway.url}/toy/echo/x`, { headers });
  const body = (await answer.body.json()) as { caller: { kind: string }; headers: Record<string, string> };
  return [body.caller.kind, body.headers['cookie']];
}

describe('cookies of an encrypted installation (W2)', () => {
  it('are those alone that nobody else in its domain can plant', async () => {
    const cookie = `__Host-waybill_session=${session}; __Host-toy_ball=red; toy_ball=planted`;
    expect(await echo({ ...encrypted, cookie })).toEqual(['user', '__Host-toy_ball=red']);
    const planted = `waybill_session=${session}; toy_ball=planted; __Secure-waybill_session=${session}`;
    expect(await echo({ ...encrypted, cookie: planted })).toEqual(['anonymous', undefined]);
  });

  it('have no prefix where it is not encrypted, as at http://localhost', async () => {
    const cookie = `waybill_session=${session}; toy_ball=red; __Host-toy_ball=other`;
    expect(await echo({ ...plain, cookie })).toEqual(['user', 'toy_ball=red']);
    expect(await echo({ ...plain, cookie: `__Host-waybill_session=${session}` })).toEqual(['anonymous', undefined]);
  });
});
