import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningAuth } from '../../test/running-auth.js';
import { SignOnGround } from '../../test/sign-on-ground.js';

let ground: SignOnGround;
let auth: RunningAuth;

beforeAll(async () => {
  ground = await SignOnGround.start();
  ({ auth } = ground);
});

afterAll(() => ground.stop());

describe('an account and its identities', () => {
  it('is opened by one that its owner has linked, signed in', async () => {
    const person = await auth.person('lena');
    const started = await auth.http('POST', '/api/v1/account/identities/oidc', { as: person.session });
    expect(started.status).toBe(200);
    ground.provider.account = { sub: 'l-1', preferred_username: 'somebody' };
    const back = await ground.provider.visit(String(started.json['url']));
    const cookie = String(started.headers['set-cookie']).split(';')[0] ?? '';
    const page = await auth.page(`${back.pathname}${back.search}`, { headers: { cookie } });
    expect(page.html).toContain('From now on');
    expect((await ground.userOf((await ground.signOn({ sub: 'l-1' })).session)).userId).toBe(person.userId);
    const listed = await auth.http('GET', '/api/v1/account/identities', { as: person.session });
    expect(listed.json['items']).toMatchObject([{ provider: 'oidc' }]);
    expect(await auth.http('DELETE', '/api/v1/account/identities/oidc', { as: person.session })).toMatchObject({
      status: 204,
    });
    expect(
      (await ground.userOf((await ground.signOn({ sub: 'l-1', preferred_username: 'lena' })).session)).username,
    ).toBe('lena-2');
  });
});

describe('linking an identity', () => {
  it('is over with the session that began it (A11)', async () => {
    const person = await auth.person('lotte');
    const started = await auth.http('POST', '/api/v1/account/identities/oidc', { as: person.session });
    ground.provider.account = { sub: 'l-2', preferred_username: 'somebody' };
    const back = await ground.provider.visit(String(started.json['url']));
    const cookie = String(started.headers['set-cookie']).split(';')[0] ?? '';
    await auth.http('DELETE', '/api/v1/session', { as: person.session });
    expect((await auth.page(`${back.pathname}${back.search}`, { headers: { cookie } })).status).toBe(401);
    const { session } = await auth.again('lotte');
    expect((await auth.http('GET', '/api/v1/account/identities', { as: session })).json['items']).toEqual([]);
  });
});
