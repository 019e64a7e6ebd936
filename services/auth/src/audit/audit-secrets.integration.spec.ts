import { issueTokenForPassword } from '@waybill/contracts';
import type { TokenText } from '@waybill/domain';
import { hashToken } from '@waybill/domain';
import { eventually } from '@waybill/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningAuth, startAuth } from '../../test/running-auth.js';
import { confirmSecondFactor } from '../../test/two-factor-ground.js';

let auth: RunningAuth;

beforeAll(async () => {
  auth = await startAuth();
});

afterAll(async () => {
  await auth.stop();
});

const twoFactor = '/api/v1/account/two-factor';
const password = 'canary-password-0815';

/** All that a person does with secrets; resolves to the secrets. */
async function useSecrets(): Promise<string[]> {
  const ada = await auth.person('ada', { password });
  const { token } = await auth.token(ada, [{ actions: ['read'], on: { kind: 'everything' } }]);
  const native = await auth.ask(issueTokenForPassword, {
    username: 'ada',
    password,
    description: 'npm login',
    clientAddress: '10.0.0.1',
  });
  const begun = await auth.http('POST', twoFactor, { as: ada.session });
  const totp = String(begun.json['secret']);
  const confirmed = await confirmSecondFactor(auth, ada.session, totp);
  const recoveryCodes = confirmed.json['recoveryCodes'] as string[];
  const [recoveryCode = ''] = recoveryCodes;
  await auth.http('POST', '/api/v1/sessions', { body: { username: 'ada', password, code: recoveryCode } });
  await auth.http('POST', '/api/v1/sessions', { body: { username: 'ada', password, code: 'canary-code' } });
  await auth.http('POST', '/api/v1/sessions', {
    body: { username: 'ada', password: `${password}!`, code: recoveryCodes[1] },
  });
  await auth.http('POST', '/api/v1/sessions', { body: { username: 'canary-name-of-nobody', password } });
  await auth.http('DELETE', `/api/v1/tokens/${token}`, { as: ada.session });
  const newPassword = 'canary-new-password-0816';
  await auth.http('PUT', '/api/v1/users/ada/password', {
    as: auth.admin,
    body: { newPassword },
  });
  const hashes = [token, native.token].map((text) => hashToken(text as TokenText));
  return [
    password,
    newPassword,
    token,
    native.token,
    ...hashes,
    totp,
    ...recoveryCodes,
    'canary-code',
    'canary-name-of-nobody',
    ada.session.session,
  ];
}

describe('what is audited', () => {
  it('holds no secret, whatever was done with one, neither here nor in what the bus is told (W6, W9)', async () => {
    const secrets = await useSecrets();
    const audited = () => auth.query('SELECT * FROM audit_events');
    const failed = () => audited().then((rows) => rows.filter((row) => row['outcome'] === 'refused'));
    await eventually(async () => expect((await failed()).length).toBeGreaterThanOrEqual(2));
    const told = await auth.query(`SELECT envelope FROM outbox WHERE type = 'auth.audit.recorded.v1'`);
    const rows = await audited();
    expect(told).toHaveLength(rows.length);
    const everything = JSON.stringify([rows, told]);
    const [row] = await auth.query(`SELECT password_hash FROM users WHERE username = 'ada'`);
    for (const secret of [...secrets, String(row?.['password_hash'])]) {
      expect(secret.length).toBeGreaterThan(5);
      expect(everything).not.toContain(secret);
    }
  });

  it('is told once for each row, in the transaction of the row', async () => {
    const [ids] = await auth.query(
      `SELECT (SELECT array_agg(id::text ORDER BY id) FROM audit_events) AS rows,
              (SELECT array_agg(envelope->'data'->>'eventId' ORDER BY (envelope->'data'->>'eventId')::uuid) FROM outbox
                WHERE type = 'auth.audit.recorded.v1') AS told`,
    );
    expect(ids?.['told']).toEqual(ids?.['rows']);
  });
});
