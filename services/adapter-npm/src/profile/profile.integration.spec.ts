import type { RequestOf } from '@waybill/contracts';
import { beginTwoFactor, confirmTwoFactor, disableTwoFactor, getProfile, updateProfile } from '@waybill/contracts';
import { DomainError } from '@waybill/domain';
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

  it('does not pretend to keep anything else, nor to ask for a second factor where it does not', async () => {
    const before = changes.length;
    for (const wish of [
      { tfa: { password: 'a', mode: 'auth-and-writes' } },
      { tfa: { mode: 'auth-only' } },
      { tfa: ['123456', '654321'] },
      { homepage: 'https://x' },
      { password: 'text' },
    ]) {
      expect((await change(wish)).status).toBe(400);
    }
    expect(changes).toHaveLength(before);
  });

  it('sets a second factor up as npm does: password, code, recovery codes', async () => {
    answering(adapter.operator, beginTwoFactor, ({ password, installation }) => ({
      otpauthUri: `otpauth://totp/${password}@${installation}`,
    }));
    answering(adapter.operator, confirmTwoFactor, ({ code }) => ({ recoveryCodes: [`recovery for ${code}`] }));
    const begun = await change({ tfa: { password: 'secret', mode: 'auth-only' } });
    expect(begun.json()).toEqual({ tfa: 'otpauth://totp/secret@packages.example' });
    expect((await change({ tfa: ['123456'] })).json()).toEqual({ tfa: ['recovery for 123456'] });
  });

  it('asks for the one-time password so that clients ask for it and come again (W7)', async () => {
    const codes: (string | undefined)[] = [];
    answering(adapter.operator, disableTwoFactor, ({ code }) => {
      codes.push(code);
      if (code === undefined)
        throw new DomainError('unauthenticated', 'login.second-factor-needed', 'A code is needed.');
      return {};
    });
    const wish = { tfa: { password: 'secret', mode: 'disable' } };
    const asked = await change(wish);
    expect([asked.status, asked.headers['www-authenticate']]).toEqual([401, 'OTP']);
    expect(asked.json()['error']).toMatch(/one-time pass/);
    const headers = { 'npm-otp': '123456' };
    const done = await adapter.call(target, { method: 'POST', json: wish, principal: person(), headers });
    expect(done.json()).toEqual({ tfa: false });
    expect(codes).toEqual([undefined, '123456']);
  });
});
