import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type RunningAuth, startAuth } from '../../test/running-auth.js';

let auth: RunningAuth;

beforeAll(async () => {
  auth = await startAuth();
});

afterAll(async () => {
  await auth.stop();
});

async function link(username: string): Promise<string> {
  const made = await auth.http('POST', `/api/v1/users/${username}/password-reset`, { as: auth.admin });
  expect(made.status).toBe(201);
  return /#(wb-[A-Za-z0-9-]+)$/.exec(String(made.json['link']))?.[1] ?? '';
}

function use(secret: string, newPassword = 'a new password for them') {
  return auth.http('POST', `/api/v1/password-resets/${secret}`, { body: { newPassword } });
}

describe('a password reset', () => {
  it('sets a new password once, and ends everything of before (A11)', async () => {
    const ada = await auth.person('ada', { email: 'ada@example.org' });
    const secret = await link('ada');
    expect((await use(secret, 'short')).json['code']).toBe('password.length');
    const all = await Promise.all(Array.from({ length: 10 }, () => use(secret)));
    expect(all.filter(({ status }) => status === 204)).toHaveLength(1);
    expect(all.filter(({ status }) => status === 404)).toHaveLength(9);
    expect(await auth.principal(ada.session)).toEqual({ kind: 'anonymous' });
    expect((await auth.signIn('ada', ada.password)).status).toBe(401);
    expect((await auth.signIn('ada', 'a new password for them')).status).toBe(201);
    const subject = `user:${ada.userId}`;
    expect(await auth.audit(subject)).toEqual(['user.create', 'password-reset.create', 'user.change-password']);
    await vi.waitFor(() => expect(auth.mail.to('ada@example.org', 'password-changed')).toHaveLength(1));
    const stored = await auth.query(`SELECT secret_hash AS text FROM one_time_secrets UNION ALL
      SELECT envelope::text FROM outbox UNION ALL SELECT details::text FROM audit_events`);
    const everything = [...stored.map((row) => String(row['text'])), ...auth.logLines()].join('\n');
    for (const canary of [secret, 'a new password for them']) expect(everything).not.toContain(canary);
  });

  it('is replaced by a newer one, and lasts an hour', async () => {
    await auth.person('ben');
    const [old, fresh] = [await link('ben'), await link('ben')];
    expect((await use(old)).status).toBe(404);
    await auth.query(`UPDATE one_time_secrets SET expires_at = now() - interval '1 second'`);
    expect((await use(fresh)).status).toBe(404);
    expect((await use('wb-nonsense')).status).toBe(404);
  });

  it('is made by administrators only, for people who are there, and is no use to the suspended', async () => {
    const cleo = await auth.person('cleo');
    const own = await auth.http('POST', '/api/v1/users/cleo/password-reset', { as: cleo.session });
    expect(own.status).toBe(403);
    const nobody = await auth.http('POST', '/api/v1/users/nobody/password-reset', { as: auth.admin });
    expect(nobody.status).toBe(404);
    const secret = await link('cleo');
    await auth.http('PUT', '/api/v1/users/cleo/suspension', { as: auth.admin, body: { suspended: true } });
    expect((await use(secret)).status).toBe(404);
  });

  it('leaves a second factor as it is; an administrator disables that apart (W7)', async () => {
    const dan = await auth.person('dan');
    await auth.query('UPDATE users SET two_factor_enabled_at = now() WHERE user_id = $1', [dan.userId]);
    expect((await use(await link('dan'))).status).toBe(204);
    const signIn = () => auth.signIn('dan', 'a new password for them');
    expect((await signIn()).json['code']).toBe('login.second-factor-needed');
    expect((await auth.http('DELETE', '/api/v1/users/dan/two-factor', { as: dan.session })).status).toBe(401);
    expect((await auth.http('DELETE', '/api/v1/users/dan/two-factor', { as: auth.admin })).status).toBe(204);
    expect((await signIn()).status).toBe(201);
    expect(await auth.audit(`user:${dan.userId}`)).toContain('two-factor.disable');
  });
});
