import { issueTokenForPassword } from '@waybill/contracts';
import type { TokenText } from '@waybill/domain';
import { hashToken } from '@waybill/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningAuth, startAuth } from '../../test/running-auth.js';

let auth: RunningAuth;

beforeAll(async () => {
  auth = await startAuth();
});

afterAll(async () => {
  await auth.stop();
});

describe('the audit', () => {
  it('only grows: the service cannot change or delete what is written (W9)', async () => {
    for (const statement of [
      `UPDATE audit_events SET actor = 'somebody else'`,
      `DELETE FROM audit_events`,
      `TRUNCATE audit_events`,
    ]) {
      await expect(auth.query(statement)).rejects.toThrow('append-only');
    }
  });

  it('names who did what to whom, from where', async () => {
    const ada = await auth.person('ada');
    const [event] = await auth.query(`SELECT * FROM audit_events WHERE subject = $1`, [`user:${ada.userId}`]);
    expect(event).toMatchObject({ action: 'user.create', client_address: '10.0.0.1', details: { username: 'ada' } });
    expect(event?.['actor']).toMatch(/^token:/);
    expect(event?.['actor_user_id']).toMatch(/^[0-9a-f-]{36}$/);
    expect(event?.['request_id']).toMatch(/^test-/);
  });
});

describe('secrets', () => {
  it('are in no log line, error, event or audit event (W6)', async () => {
    const canary = 'canary-password-4711';
    const ben = await auth.person('ben', { password: canary });
    const { token } = await auth.token(ben, [{ actions: ['admin'], on: { kind: 'everything' } }]);
    const answers = [
      await auth.http('POST', '/api/v1/users', { as: auth.admin, body: { username: 'x y', password: canary } }),
      await auth.http('POST', '/api/v1/users', {
        as: auth.admin,
        body: { username: 'ok', password: canary, extra: canary },
      }),
      await auth.http('POST', '/api/v1/users', { as: auth.admin, body: { username: 'ok', password: [canary] } }),
      await auth.signIn('ben', `${canary}-wrong`),
      await auth.http('PUT', '/api/v1/users/ben/password', {
        as: ben.session,
        body: { newPassword: canary, currentPassword: `${canary}!` },
      }),
      await auth.http('DELETE', `/api/v1/tokens/${token}`, { as: ben.session }),
    ];
    const failed = await auth
      .ask(issueTokenForPassword, {
        username: 'ben',
        password: `${canary}-no`,
        description: 'x',
        clientAddress: '10.9.9.9',
      })
      .catch((error: unknown) => error);
    const [{ password_hash: passwordHash } = {}] = await auth.query(
      `SELECT password_hash FROM users WHERE username = 'ben'`,
    );
    const everythingSaid = [
      ...answers.map((answer) => JSON.stringify({ ...answer.json, ...answer.headers })),
      JSON.stringify(failed),
      ...auth.logLines(),
      JSON.stringify(await auth.query('SELECT * FROM audit_events')),
    ].join('\n');
    expect(everythingSaid).not.toContain(canary);
    for (const secret of [token, hashToken(token as TokenText), String(passwordHash), ben.session.session]) {
      expect(everythingSaid).not.toContain(secret);
    }
    expect(JSON.stringify(await auth.query('SELECT * FROM outbox'))).not.toContain(token);
  });
});
