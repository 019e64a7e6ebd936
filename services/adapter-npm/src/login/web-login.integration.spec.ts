import { pollWebLogin, startWebLogin } from '@waybill/contracts';
import { newTokenText } from '@waybill/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answering } from '../../test/answering.js';
import type { RunningAdapter } from '../../test/running-adapter.js';
import { externalUrl, startAdapter } from '../../test/running-adapter.js';

let adapter: RunningAdapter;
const pollSecret = newTokenText();
const token = newTokenText();
let polls = 0;

beforeAll(async () => {
  adapter = await startAdapter();
  answering(adapter.operator, startWebLogin, () => ({
    loginPath: '/login/web/abc',
    pollSecret,
    expiresAt: new Date(Date.now() + 600_000).toISOString(),
  }));
  answering(adapter.operator, pollWebLogin, (request) => {
    if (request.pollSecret !== pollSecret) return { state: 'gone' };
    polls += 1;
    return polls === 1 ? { state: 'pending', retryAfterSeconds: 2 } : { state: 'confirmed', token, username: 'alice' };
  });
});

afterAll(async () => {
  await adapter.stop();
});

describe('the web login', () => {
  it('begins with two absolute addresses, and hands out the token once somebody has confirmed', async () => {
    const started = await adapter.call('/npm/main/-/v1/login', { method: 'POST', json: {} });
    expect(started.status).toBe(200);
    expect(started.json()).toEqual({
      loginUrl: `${externalUrl}/login/web/abc`,
      doneUrl: `${externalUrl}/npm/main/-/v1/done/${pollSecret}`,
    });
    const done = `/npm/main/-/v1/done/${pollSecret}`;
    const pending = await adapter.call(done);
    expect(pending.status).toBe(202);
    expect(String(pending.headers['retry-after'])).toBe('2');
    const confirmed = await adapter.call(done);
    expect(confirmed.status).toBe(200);
    expect(confirmed.json()).toEqual({ token });
    for (const answer of [started, pending, confirmed]) expect(answer.headers['cache-control']).toBe('no-store');
  });

  it('hands out nothing to a HEAD, which would lose it (W6)', async () => {
    const before = polls;
    const head = await adapter.call(`/npm/main/-/v1/done/${pollSecret}`, { method: 'HEAD' });
    expect([head.status, head.headers['allow']]).toEqual([405, 'GET']);
    expect(polls).toBe(before);
  });

  it('that is over, or never was, is a 404', async () => {
    expect((await adapter.call('/npm/main/-/v1/done/other')).status).toBe(404);
    expect((await adapter.call(`/npm/main/-/v1/done/${'x'.repeat(300)}`)).status).toBe(404);
  });
});
