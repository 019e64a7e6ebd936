import { eventually } from '@waybill/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningAuth, startAuth } from '../../test/running-auth.js';

let auth: RunningAuth;

beforeAll(async () => {
  auth = await startAuth({ settings: { WAYBILL_TOKEN_UNUSED_DAYS: '60' } });
});

afterAll(async () => {
  await auth.stop();
});

const reading = [{ actions: ['read'], on: { kind: 'everything' } }];
const shift = (id: string, createdDaysAgo: number, expiresInDays: number) =>
  auth.query(
    `UPDATE tokens SET created_at = now() - make_interval(days => $2), last_used_at = NULL,
       expires_at = now() + make_interval(days => $3) WHERE token_id = $1`,
    [id, createdDaysAgo, expiresInDays],
  );
const mailsTo = (address: string) => auth.mail.to(address, 'token-expiring').length;

describe('tokens that are looked after', () => {
  it('are announced to their owner fourteen and three days before their end, once each', async () => {
    const ada = await auth.person('ada', { email: 'ada@waybill.example' });
    const { id } = await auth.token(ada, reading);
    await auth.lookAfterTokens();
    await shift(id, 30, 10);
    await Promise.all([auth.lookAfterTokens(), auth.lookAfterTokens()]);
    await eventually(() => {
      expect(mailsTo('ada@waybill.example')).toBe(1);
    });
    const listed = await auth.http('GET', '/api/v1/tokens', { as: ada.session });
    expect(listed.json['items']).toMatchObject([{ id, expiresSoon: true }]);
    await shift(id, 30, 2);
    await auth.lookAfterTokens();
    await auth.lookAfterTokens();
    await eventually(() => {
      expect(mailsTo('ada@waybill.example')).toBe(2);
    });
    expect(JSON.stringify(auth.mail.sent)).not.toMatch(/wb-[0-9A-Za-z]{40}/);
  });

  it('that were made for a short while are no surprise, and without a mail server nobody is marked as told', async () => {
    const ben = await auth.person('ben', { email: 'ben@waybill.example' });
    const { id } = await auth.token(ben, reading);
    await shift(id, 0, 2);
    await auth.lookAfterTokens();
    await shift(id, 30, 10);
    auth.mail.configured = false;
    await auth.lookAfterTokens();
    const [row] = await auth.query('SELECT warned_days FROM tokens WHERE token_id = $1', [id]);
    expect([row?.['warned_days'], mailsTo('ben@waybill.example')]).toEqual([null, 0]);
    auth.mail.configured = true;
    await auth.lookAfterTokens();
    await eventually(() => {
      expect(mailsTo('ben@waybill.example')).toBe(1);
    });
  });

  it('that nobody used for sixty days end where the installation says so, with one audit event (W9)', async () => {
    const cyd = await auth.person('cyd');
    const old = await auth.token(cyd, reading);
    const used = await auth.token(cyd, reading);
    await shift(old.id, 61, 100);
    await shift(used.id, 61, 100);
    await auth.query('UPDATE tokens SET last_used_at = now() WHERE token_id = $1', [used.id]);
    await Promise.all([auth.lookAfterTokens(), auth.lookAfterTokens()]);
    expect((await auth.introspect(old)).principal).toBeNull();
    expect((await auth.introspect(used)).principal).not.toBeNull();
    const events = await auth.query(
      `SELECT actor, details FROM audit_events WHERE action = 'token.revoke' AND subject = $1`,
      [`token:${old.id}`],
    );
    expect(events).toMatchObject([{ actor: 'policy', details: { unusedDays: 60 } }]);
  });

  it('made from others are forgotten a month after their end', async () => {
    const dan = await auth.person('dan');
    const parent = await auth.token(dan, reading);
    const { json } = await auth.http('POST', '/api/v1/tokens/attenuate', { as: parent, body: { description: 'job' } });
    await shift(String(json['id']), 40, -31);
    await auth.lookAfterTokens();
    const rows = await auth.query('SELECT token_id FROM tokens WHERE user_id = $1', [dan.userId]);
    expect(rows).toEqual([{ token_id: parent.id }]);
  });
});
