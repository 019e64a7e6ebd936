import { eventually } from '@waybill/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningAuth, startAuth } from '../../test/running-auth.js';

let auth: RunningAuth;

beforeAll(async () => {
  auth = await startAuth();
});

afterAll(async () => {
  await auth.stop();
});

function signIns(subject: string): Promise<Record<string, unknown>[]> {
  return auth.query(
    `SELECT outcome, actor, client_address, details FROM audit_events
      WHERE (subject = $1 OR 'user:' || (details->>'userId') = $1) AND action = 'session.open' ORDER BY at`,
    [subject],
  );
}

describe('a sign-in (W9)', () => {
  it('is audited, whether it succeeds or not', async () => {
    const ada = await auth.person('ada');
    await auth.signIn('ada', 'not the password', '10.1.1.1');
    const subject = `user:${ada.userId}`;
    await eventually(async () =>
      expect(await signIns(subject)).toEqual([
        expect.objectContaining({ outcome: 'success', actor: subject, client_address: '10.0.0.1' }),
        { outcome: 'refused', actor: 'anonymous', client_address: '10.1.1.1', details: { code: 'login.failed' } },
      ]),
    );
  });

  it('that fails again and again is one event, and is told in one transaction with it', async () => {
    const ben = await auth.person('ben');
    const subject = `user:${ben.userId}`;
    for (let count = 0; count < 5; count += 1) await auth.signIn('ben', 'not the password', '10.2.2.2');
    await eventually(async () => expect(await signIns(subject)).toHaveLength(2));
    const told = await auth.query(
      `SELECT envelope FROM outbox WHERE type = 'auth.audit.recorded.v1'
          AND envelope->'data'->>'subject' = $1 AND envelope->'data'->>'outcome' = 'refused'`,
      [subject],
    );
    expect(told).toHaveLength(1);
  });

  it('by a name that nobody has does not repeat the name: somebody may have typed a password (W6)', async () => {
    await auth.signIn('canary-typed-in-the-wrong-field', 'x', '10.3.3.3');
    await eventually(async () =>
      expect(await signIns('user:unknown')).toEqual([expect.objectContaining({ client_address: '10.3.3.3' })]),
    );
    const everything = [await auth.query('SELECT * FROM audit_events'), await auth.query('SELECT * FROM outbox')];
    expect(JSON.stringify(everything)).not.toContain('canary-typed');
  });
});

describe('a refusal (W9)', () => {
  it('of an administrator’s change is one event', async () => {
    const carl = await auth.person('carl');
    const suspension = { as: carl.session, body: { suspended: true } };
    expect((await auth.http('PUT', '/api/v1/users/admin/suspension', suspension)).status).toBe(403);
    const rows = await auth.query(
      `SELECT action, subject, outcome, details FROM audit_events WHERE actor_user_id = $1 AND outcome = 'refused'`,
      [carl.userId],
    );
    expect(rows).toEqual([
      {
        action: 'access.admin',
        subject: 'installation',
        outcome: 'refused',
        details: { route: 'PUT /api/v1/users/:username/suspension', code: 'auth.forbidden' },
      },
    ]);
  });

  it('by a handler that knows better than its route is one event too', async () => {
    const dora = await auth.person('dora');
    const body = { username: 'frank', password: 'a password for tests' };
    expect((await auth.http('POST', '/api/v1/users', { as: dora.session, body })).status).toBe(403);
    await eventually(async () =>
      expect(
        await auth.query(`SELECT action, subject FROM audit_events WHERE actor_user_id = $1 AND outcome = 'refused'`, [
          dora.userId,
        ]),
      ).toEqual([{ action: 'access.change', subject: 'route:POST /api/v1/users' }]),
    );
  });

  it('of reading is none', async () => {
    const erik = await auth.person('erik');
    expect((await auth.http('GET', '/api/v1/users', { as: erik.session })).status).toBeGreaterThanOrEqual(200);
    expect((await auth.http('GET', '/api/v1/orgs/acme', { as: erik.session })).status).toBe(404);
    const rows = await auth.query(
      `SELECT action FROM audit_events WHERE actor_user_id = $1 AND action = 'access.read'`,
      [erik.userId],
    );
    expect(rows).toEqual([]);
  });
});
