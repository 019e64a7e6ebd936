import { introspectCredential } from '@waybill/contracts';
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

const work = [{ actions: ['read', 'publish'], on: { kind: 'everything' } }];

describe('uses of a token', () => {
  it('have the first of each place and client written down once, without anything secret (W6, W9)', async () => {
    const ian = await auth.person('ian');
    const parent = await auth.token(ian, work);
    const tokenHash = hashToken(parent.token as TokenText);
    const use = (clientAddress: string, userAgent: string) =>
      auth.ask(introspectCredential, { kind: 'token', tokenHash, from: { clientAddress, userAgent } });
    await use('192.0.2.1', `npm/10.8.2 node/v22 ${parent.token}`);
    await use('192.0.2.1', 'npm/11.0.0 node/v24');
    await auth.flushLastUse();
    await use('192.0.2.1', 'npm/11.1.0');
    await use('192.0.2.2', 'curl/8.0');
    await auth.flushLastUse();
    const events = await auth.query(
      `SELECT details FROM audit_events WHERE action = 'token.first-use' AND subject = $1 ORDER BY at`,
      [`token:${parent.id}`],
    );
    expect(events.map((event) => event['details'])).toEqual([
      { address: '192.0.2.1', client: 'npm' },
      { address: '192.0.2.2', client: 'curl' },
    ]);
    const seen = await auth.http('GET', `/api/v1/tokens/${parent.id}`, { as: ian.session });
    expect(seen.json).toMatchObject({ lastUsedAddress: '192.0.2.2', lastUsedClient: 'curl/8.0' });
    const kept = await auth.query(`SELECT * FROM tokens`);
    expect(JSON.stringify(kept)).not.toContain(parent.token);
  });

  it('are remembered of a hundred places: beyond, the one of longest ago is new again', async () => {
    const kim = await auth.person('kim');
    const { id, token } = await auth.token(kim, work);
    const tokenHash = hashToken(token as TokenText);
    const use = (clientAddress: string) =>
      auth.ask(introspectCredential, { kind: 'token', tokenHash, from: { clientAddress, userAgent: 'npm/11' } });
    for (let count = 0; count < 105; count += 1) await use(`192.0.2.${count}`);
    await auth.flushLastUse();
    const [known] = await auth.query('SELECT count(*)::int AS count FROM token_uses WHERE token_id = $1', [id]);
    expect(known?.['count']).toBe(100);
    await use('2001:db8::1');
    await use('2001:db8::2');
    await auth.flushLastUse();
    const events = await auth.query(
      `SELECT details FROM audit_events WHERE action = 'token.first-use' AND subject = $1 AND details->>'address' LIKE '%:%'`,
      [`token:${id}`],
    );
    expect(events).toEqual([{ details: { address: '2001:db8:0:0::/64', client: 'npm' } }]);
  });
});
