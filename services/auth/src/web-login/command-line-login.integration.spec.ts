import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningAuth } from '../../test/running-auth.js';
import { startAuth } from '../../test/running-auth.js';

let auth: RunningAuth;

beforeAll(async () => {
  auth = await startAuth();
});

afterAll(async () => {
  await auth.stop();
});

async function begin(wish = 'management'): Promise<{ path: string; pollSecret: string }> {
  const started = await auth.http('POST', '/api/v1/web-logins', { body: { description: 'waybill on laptop', wish } });
  expect(started).toMatchObject({ status: 201, headers: { 'cache-control': 'no-store' } });
  const { loginUrl, pollSecret } = started.json;
  return { path: new URL(String(loginUrl)).pathname, pollSecret: String(pollSecret) };
}

function poll(pollSecret: string) {
  return auth.http('POST', '/api/v1/web-logins/poll', { body: { pollSecret } });
}

describe('a login of the command line', () => {
  it('gives what its person may do, for as long as a browser session lives, once it is confirmed', async () => {
    const person = await auth.person('alice');
    const { path, pollSecret } = await begin();
    expect(await poll(pollSecret)).toMatchObject({ status: 200, json: { state: 'pending' } });
    const page = await auth.page(path, { as: person.session });
    expect(page.html).toContain('everything that you may do');
    expect(page.html).not.toContain('type="checkbox"');
    await auth.page(path, { as: person.session, form: { step: 'confirm' } });
    const answer = await poll(pollSecret);
    expect(answer).toMatchObject({ status: 200, json: { state: 'confirmed', username: 'alice' } });
    const token = { token: String(answer.json['token']) };
    expect(await auth.http('GET', '/api/v1/tokens', { as: token })).toMatchObject({ status: 200 });
    const principal = await auth.principal(token);
    expect(principal).toMatchObject({ kind: 'token', scopes: [{ on: { kind: 'everything' } }] });
    const days = await auth.query(
      `SELECT round(extract(epoch FROM expires_at - created_at) / 86400) AS days FROM tokens WHERE description = $1`,
      ['waybill on laptop'],
    );
    expect(days).toEqual([{ days: '7' }]);
  });

  it('asks for a proof again where the session is not fresh (W7)', async () => {
    const person = await auth.person('bob');
    await auth.query(`UPDATE sessions SET proven_at = now() - interval '1 hour' WHERE user_id = $1`, [person.userId]);
    const { path, pollSecret } = await begin();
    expect((await auth.page(path, { as: person.session })).html).toContain('type="password"');
    expect(await auth.page(path, { as: person.session, form: { step: 'confirm' } })).toMatchObject({ status: 303 });
    expect(await poll(pollSecret)).toMatchObject({ json: { state: 'pending' } });
    const packages = await begin('packages');
    expect((await auth.page(packages.path, { as: person.session })).html).toContain('type="checkbox"');
  });

  it('tells nothing to who does not know its secret, and refuses what it does not know', async () => {
    expect(await poll('wb-nothing')).toMatchObject({ status: 200, json: { state: 'gone' } });
    const body = { description: 'x', wish: 'everything' };
    expect(await auth.http('POST', '/api/v1/web-logins', { body })).toMatchObject({ status: 400 });
  });
});
