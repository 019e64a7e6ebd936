import { mustSucceed, outputOf } from '@waybill/client-drivers';
import { Secret, TOTP } from 'otpauth';
import { describe, expect, it } from 'vitest';
import { Registry } from '../registry.js';
import { openClient } from './open-client.js';

const registry = new Registry();

/** Each code is accepted once, and none of an earlier step after it. One of the next step is accepted already. */
function codeOf(secret: string, stepsFromNow: number): string {
  return new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: Date.now() + stepsFromNow * 30_000 });
}

function secretIn(shown: string): string {
  const found = /enter code:\s*([A-Z2-7]{16,})/i.exec(shown)?.[1];
  if (found === undefined) throw new Error('npm has shown no secret.');
  return found;
}

describe.each(['npm-11', 'npm-12'] as const)('%s', (id) => {
  it('sets a second factor up, is asked for it at the next login, and turns it off (W7)', async () => {
    const { username, password, token } = await registry.createStranger();
    await using client = await openClient(id, { token });
    let secret = '';
    const enabled = await client.converse(
      ['profile', 'enable-2fa', 'auth-only'],
      [
        { question: /password:/i, text: password },
        {
          question: /OTP code from your authenticator:/i,
          text: (shown) => {
            secret = secretIn(shown);
            return codeOf(secret, 0);
          },
        },
      ],
    );
    const [recoveryCode = ''] = /([0-9A-Z]{4}-){3}[0-9A-Z]{4}/.exec(outputOf(mustSucceed(enabled))) ?? [];
    expect(recoveryCode).not.toBe('');
    expect(outputOf(mustSucceed(await client.run(['profile', 'get', 'two-factor auth'])))).toContain('auth-only');

    await using again = await openClient(id, { token: null });
    const otp = codeOf(secret, 1);
    mustSucceed(await again.loginLegacy({ username, password, otp }));
    expect(outputOf(mustSucceed(await again.whoami()))).toContain(username);

    await using stolen = await openClient(id, { token: null });
    const replayed = await stolen.loginLegacy({ username, password, otp });
    expect(replayed.exitCode).not.toBe(0);

    // A recovery code stands for a code, once; npm's question takes digits only, its flag takes anything.
    const disable = ['profile', 'disable-2fa', `--otp=${recoveryCode}`];
    const disabled = await client.converse(disable, [{ question: /password:/i, text: password }]);
    expect(outputOf(mustSucceed(disabled))).toContain('disabled');
    await using plain = await openClient(id, { token: null });
    mustSucceed(await plain.loginLegacy({ username, password }));
  });

  it('is told that publishing is not held by codes', async () => {
    const { token } = await registry.createStranger();
    await using client = await openClient(id, { token });
    const refused = await client.converse(
      ['profile', 'enable-2fa'],
      [{ question: /password:/i, text: 'not asked for' }],
    );
    expect(refused.exitCode).not.toBe(0);
    expect(outputOf(refused)).toContain('auth-only');
  });
});
