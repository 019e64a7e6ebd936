import { generateKeyPairSync, sign } from 'node:crypto';
import { newTokenText } from '@waybill/domain';
import { eventually } from '@waybill/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningAuth, startAuth } from '../../test/running-auth.js';

const keys = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
const published = keys.publicKey.export({ format: 'der', type: 'spki' }).toString('base64');

let auth: RunningAuth;

beforeAll(async () => {
  auth = await startAuth({ settings: { WAYBILL_LEAK_REPORT_KEYS: `partner-1=${published}` } });
});

afterAll(async () => {
  await auth.stop();
});

const work = [{ actions: ['read', 'admin'], on: { kind: 'everything' } }];
const report = (body: unknown, sent: { address?: string; headers?: Record<string, string> } = {}) =>
  auth.http('POST', '/api/v1/leaked-tokens', { body, asUpload: true, ...sent });
const works = async (token: string) => (await auth.introspect({ token })).principal !== null;

describe('a leaked token that anybody reports', () => {
  it('is dead before the answer, with all that came from it, and its owner is told where it was', async () => {
    const ada = await auth.person('ada', { email: 'ada@waybill.example' });
    const leaked = await auth.token(ada, work);
    const made = await auth.http('POST', '/api/v1/tokens/attenuate', { as: leaked, body: { description: 'job' } });
    const created = await auth.http('POST', '/api/v1/tokens', {
      as: leaked,
      body: { description: 'own', scopes: work },
    });
    const url = `https://git.example/acme/app/blob/main/.npmrc?x=${leaked.token}`;
    const answer = await report({ token: leaked.token, url, source: 'a reader' }, { address: '198.51.100.7' });
    expect([answer.status, answer.json]).toEqual([202, { received: true }]);
    const texts = [leaked.token, String(made.json['token']), String(created.json['token'])];
    expect(await Promise.all(texts.map(works))).toEqual([false, false, false]);
    const [event] = await auth.query(
      `SELECT actor, client_address, details FROM audit_events WHERE action = 'token.revoke' AND subject = $1`,
      [`token:${leaked.id}`],
    );
    expect(event).toMatchObject({
      actor: 'leak-report',
      client_address: '198.51.100.7',
      details: { reason: 'leaked', descendants: 2 },
    });
    expect(String((event?.['details'] as Record<string, unknown>)['foundIn'])).toContain(
      'a reader https://git.example/',
    );
    await eventually(() => {
      expect(auth.mail.to('ada@waybill.example', 'token-leaked')).toHaveLength(1);
    });
    const written = JSON.stringify([
      auth.mail.sent,
      auth.logLines(),
      await auth.query('SELECT * FROM audit_events'),
      await auth.query('SELECT * FROM outbox'),
    ]);
    expect(texts.filter((text) => written.includes(text))).toEqual([]);
  });

  it('gets the same answer whether it worked, works no more, never was or is none, in the same time (A6)', async () => {
    const ben = await auth.person('ben');
    const { token } = await auth.token(ben, work);
    const answers: { text: string; ms: number }[] = [];
    for (const text of [token, token, newTokenText(), 'wb-nonsense', 'something else']) {
      const before = performance.now();
      const { status, text: body } = await report({ token: text }, { address: '198.51.100.8' });
      answers.push({ text: `${status} ${body}`, ms: performance.now() - before });
    }
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(Math.min(...answers.map(({ ms }) => ms))).toBeGreaterThan(390);
  });

  it('comes in lists of a hundred, and fifty reports at once end it once (W9)', async () => {
    const cyd = await auth.person('cyd');
    const first = await auth.token(cyd, work);
    const second = await auth.token(cyd, work);
    const tokens = [first.token, { token: second.token, url: 'https://paste.example/1' }];
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) => report({ tokens }, { address: `198.51.100.${100 + (index % 50)}` })),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
    for (const { id } of [first, second]) {
      expect(await auth.audit(`token:${id}`)).toEqual(['token.create', 'token.revoke']);
    }
    const many = Array.from({ length: 101 }, () => newTokenText());
    expect((await report({ tokens: many })).status).toBe(400);
    expect((await report({ tokens: [] })).status).toBe(400);
    expect((await report('text')).status).toBe(400);
    expect((await report(null)).status).toBe(400);
    expect((await report({ token: first.token, more: 1 })).text).not.toContain(first.token);
  });

  it('is taken from partners in the form of GitHub, signed by a key that is known', async () => {
    const dan = await auth.person('dan');
    const { token, id } = await auth.token(dan, work);
    const list = [{ token, type: 'waybill_token', url: 'https://github.example/x', source: 'commit' }];
    const body = JSON.stringify(list);
    const signed = (text: string, keyId = 'partner-1') => ({
      'github-public-key-identifier': keyId,
      'github-public-key-signature': sign('sha256', Buffer.from(text), keys.privateKey).toString('base64'),
    });
    for (const headers of [
      {},
      signed(`${body} `),
      signed(body, 'partner-2'),
      { ...signed(body), 'github-public-key-signature': '!' },
    ]) {
      const refused = await report(list, { headers });
      expect([refused.status, refused.json['code']]).toEqual([401, 'leak-report.signature']);
    }
    expect(await works(token)).toBe(true);
    expect((await report(list, { headers: signed(body) })).status).toBe(202);
    expect(await works(token)).toBe(false);
    expect(await auth.audit(`token:${id}`)).toEqual(['token.create', 'token.revoke']);
  });

  it('is reported thirty times a minute from one address, and from others meanwhile (W4)', async () => {
    const address = '203.0.113.9';
    const answers = await Promise.all(Array.from({ length: 31 }, () => report({ token: 'x' }, { address })));
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused).toHaveLength(1);
    expect(refused[0]?.json['code']).toBe('leak-report.throttled');
    expect(Number(refused[0]?.headers['retry-after'])).toBeGreaterThan(0);
    expect((await report({ token: 'x' }, { address: '203.0.113.10' })).status).toBe(202);
  });
});
