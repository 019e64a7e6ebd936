import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CliRun } from '../../test/cli-run.js';
import { exitCodes } from '../exit-code.js';

const cli = new CliRun();
beforeEach(() => cli.start());
afterEach(() => cli.stop());

const needed = { status: 401, json: { title: 'A code is needed.', status: 401, code: 'login.second-factor-needed' } };

describe('what a stolen token must not do alone', () => {
  it.each([
    [['held', 'approve', 'r1', '--reason', 'Known.'], { reason: 'Known.', code: '123456' }],
    [['staged', 'approve', 'r1'], { code: '123456' }],
    [['held', 'reject', 'r1', '--reason', 'No.'], { reason: 'No.', code: '123456' }],
    [['staged', 'reject', 'r1', '--reason', 'No.'], { reason: 'No.', code: '123456' }],
    [
      ['staging-policy', 'set', 'main', '--approvals', '2', '--no-staged-only'],
      { approvals: 2, stagedOnly: false, code: '123456' },
    ],
    [
      ['release-policy', 'set', 'main', '--downgrade', 'flag', '--ref', 'refs/tags/*'],
      { downgrade: 'flag', refs: ['refs/tags/*'], code: '123456' },
    ],
    [
      ['packages', 'set', 'pkg:npm/a', '--repository', 'main', '--trusted-publishing-only', 'inherit'],
      { trustedPublishingOnly: null, code: '123456' },
    ],
    [['users', 'reset-link', 'bob', '--yes'], { code: '123456' }],
    [['users', 'promote', 'bob', '--yes'], { installationAdmin: true, code: '123456' }],
    [
      ['issuers', 'add', 'gitlab-ci', 'https://gitlab.acme.example'],
      { provider: 'gitlab-ci', url: 'https://gitlab.acme.example', code: '123456' },
    ],
    [['issuers', 'enable', 'i1'], { enabled: true, code: '123456' }],
    [['issuers', 'remove', 'i1', '--yes'], { code: '123456' }],
  ])('waybill %j sends the code along that is typed (P8, W7)', async (command, body) => {
    cli.answer = () => needed;
    const refused = await cli.run(command);
    expect(refused.exitCode).toBe(exitCodes.unauthenticated);
    expect(refused.err).toContain('--code');
    expect(refused.err).not.toContain('waybill login');
    await cli.run([...command, '--code', '123456']);
    expect(cli.seen.at(-1)?.body).toEqual(body);
  });

  it.each([
    [['users', 'create', 'bob'], { username: 'bob', password: 'a password for tests', code: '123456' }],
    [['users', 'set-password', 'bob'], { newPassword: 'a password for tests', code: '123456' }],
  ])('waybill %j sends it with the password from standard input (W7)', async (command, body) => {
    await cli.run([...command, '--code', '123456'], { input: 'a password for tests' });
    expect(cli.seen.at(-1)?.body).toEqual(body);
  });
});
