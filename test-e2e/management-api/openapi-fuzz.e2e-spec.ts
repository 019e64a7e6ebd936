import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWaybill, type WaybillProcess } from '../waybill-process.js';
import { fuzz } from './schemathesis.js';

/** What ends the credential or the account that asks: the fuzzer tries what it has read in answers. */
const except = [
  'signOut',
  'endOtherSessions',
  'endOwnSession',
  'revokeToken',
  'revokeCurrentToken',
  'deleteUser',
  'setSuspended',
  'changePassword',
  'createPasswordReset',
];
const limits = ['ANONYMOUS_READS', 'ANONYMOUS_WRITES', 'READS', 'WRITES', 'SIGN_INS', 'SIGN_INS_PER_ACCOUNT'];
const unlimited = Object.fromEntries([...limits, 'BAD_CREDENTIALS'].map((name) => [`WAYBILL_RATE_${name}`, '0']));
const maxSeconds = 60;

let waybill: WaybillProcess;

beforeAll(async () => {
  // One of its own: whoever may do everything is about to.
  waybill = await startWaybill({ environment: { ...unlimited, WAYBILL_PASSWORD_COST: '4' } });
});

afterAll(async () => {
  await waybill.dispose();
});

describe('the management API, asked for all that its document describes', () => {
  it.each([
    ['an administrator of the installation', true],
    ['nobody in particular', false],
  ])('by %s, keeps to it, and never fails itself', async (_who, isAdmin) => {
    const { exitCode, output } = await fuzz({
      url: waybill.url,
      ...(isAdmin ? { token: waybill.admin.token } : {}),
      except,
      maxExamples: 5,
      maxSeconds,
    });
    // What it found is the message: without it, the exit code says nothing to whoever has to mend it.
    expect(exitCode, `schemathesis: ${output}`).toBe(0);
  });
});
