import type { RequestOf } from '@waybill/contracts';
import { getProfile, updateProfile } from '@waybill/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answering } from '../../test/answering.js';
import { person } from '../../test/principals.js';
import type { RunningAdapter } from '../../test/running-adapter.js';
import { startAdapter } from '../../test/running-adapter.js';

const target = '/npm/main/-/npm/v1/user';
const at = '2026-01-01T00:00:00.000Z';
const changes: RequestOf<typeof updateProfile>[] = [];
let adapter: RunningAdapter;

beforeAll(async () => {
  adapter = await startAdapter();
  const profile = { username: 'alice', email: 'alice@example.com', fullName: null, createdAt: at, updatedAt: at };
  answering(adapter.operator, getProfile, () => profile);
  answering(adapter.operator, updateProfile, (request) => {
    changes.push(request);
    return { ...profile, fullName: request.fullName ?? null };
  });
});

afterAll(async () => {
  await adapter.stop();
});

describe('npm profile', () => {
  const change = (json: unknown) => adapter.call(target, { method: 'POST', json, principal: person() });

  it('is shown as npm prints it', async () => {
    const answer = await adapter.call(target, { principal: person() });
    expect(answer.json()).toEqual({
      tfa: false,
      name: 'alice',
      email: 'alice@example.com',
      email_verified: false,
      created: at,
      updated: at,
      cidr_whitelist: null,
      fullname: '',
    });
    expect((await adapter.call(target)).status).toBe(401);
    expect((await adapter.call(target, { method: 'POST', json: {} })).status).toBe(401);
  });

  it('changes what is kept here', async () => {
    const shown = { email: 'alice@example.com', fullname: 'Some Body', homepage: '' };
    expect((await change(shown)).json()).toMatchObject({ fullname: 'Some Body' });
    expect((await change({ password: { old: 'a', new: 'b' } })).status).toBe(200);
    expect(changes).toMatchObject([
      { email: 'alice@example.com', fullName: 'Some Body' },
      { password: { old: 'a', new: 'b' } },
    ]);
  });

  it('does not pretend to keep anything else, a second factor least of all', async () => {
    const before = changes.length;
    for (const wish of [
      { tfa: { password: 'a', mode: 'auth-only' } },
      { tfa: { password: 'a', mode: 'disable' } },
      { tfa: ['123456'] },
      { homepage: 'https://x' },
      { password: 'text' },
    ]) {
      expect((await change(wish)).status).toBe(400);
    }
    expect(changes).toHaveLength(before);
  });
});
