import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CliRun, problem } from '../../test/cli-run.js';
import { exitCodes } from '../exit-code.js';

const token = `wb-${'a'.repeat(46)}`;
const cli = new CliRun();

beforeEach(() => cli.start());

afterEach(() => cli.stop());

describe('a login', () => {
  it('with a token is kept where nobody else reads it, and used from then on (W6)', async () => {
    cli.answer = () => ({ json: { kind: 'token', id: 't1', username: 'alice' } });
    const ran = await cli.run(['login', '--with-token'], { input: `${token}\n` });
    expect(ran).toMatchObject({ exitCode: exitCodes.success, out: '' });
    expect(ran.err).not.toContain(token);
    const file = join(cli.home, '.config', 'credentials.json');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    await cli.run(['whoami']);
    expect(cli.seen.at(-1)?.headers.authorization).toBe(`Bearer ${token}`);
    expect(await cli.run(['logout'])).toMatchObject({ exitCode: exitCodes.success });
    expect(cli.seen.at(-1)).toMatchObject({ method: 'DELETE', target: '/api/v1/tokens/current' });
    expect(cli.seen.at(-1)?.headers.authorization).toBe(`Bearer ${token}`);
    expect(await readFile(file, 'utf8')).not.toContain(token);
  });

  it.each([
    [503, exitCodes.unavailable],
    [401, exitCodes.success],
  ])(
    'is forgotten when its end is answered with %i, and says whether the token still works',
    async (status, exitCode) => {
      cli.answer = () => ({ json: { kind: 'token', id: 'u1', username: 'alice' } });
      await cli.run(['login', '--with-token'], { input: token });
      cli.answer = () => problem(status, 'No.');
      const ran = await cli.run(['logout']);
      expect(ran.exitCode).toBe(exitCode);
      expect(ran.err).toContain(status === 401 ? 'Signed out' : 'still works');
      expect(await readFile(join(cli.home, '.config', 'credentials.json'), 'utf8')).not.toContain(token);
    },
  );

  it('tells who one is: whose token it is, and which', async () => {
    const me = { kind: 'token', id: 'u1', username: 'acme/ci', tokenId: 't1', installationAdmin: false };
    const scopes = [{ actions: ['read', 'publish'], on: { kind: 'everything' } }];
    cli.answer = ({ target }) =>
      target === '/api/v1/tokens/t1'
        ? { json: { description: 'CI', kind: 'service', prefix: 'wb-abc', expiresAt: '2027-01-01' } }
        : { json: { ...me, scopes, grants: [] } };
    const { out } = await cli.run(['whoami'], { token });
    expect(out).toMatch(/service account: +acme\/ci\n/);
    expect(out).toMatch(/token: +CI \(service, wb-abc…\)\n/);
    expect(out).not.toContain('{');
    cli.answer = ({ target }) => (target === '/api/v1/tokens/t1' ? problem(403, 'No.') : { json: me });
    expect((await cli.run(['whoami'], { token })).out).toMatch(/token: +t1\n/);
  });

  it('through a browser waits until a person has confirmed', async () => {
    let polls = 0;
    cli.answer = ({ target }) => {
      if (target === '/api/v1/session') return { json: { kind: 'token', id: 't1', username: 'alice' } };
      if (target === '/api/v1/web-logins') {
        const expiresAt = new Date(Date.now() + 60_000).toISOString();
        return { status: 201, json: { loginUrl: `${cli.url}/login/x`, pollSecret: 'wb-poll', expiresAt } };
      }
      polls += 1;
      return { json: polls === 1 ? { state: 'pending', retryAfterSeconds: 0.01 } : { state: 'confirmed', token } };
    };
    const ran = await cli.run(['login', cli.url]);
    expect(ran.err).toContain(`${cli.url}/login/x`);
    expect(ran.err).toContain('Waiting for 1 minutes, until ');
    expect(ran.err).toContain('set WAYBILL_TOKEN');
    expect(ran.err).toContain(`Signed in to ${cli.url} as alice.`);
    expect(cli.seen[0]?.body).toEqual({ description: 'waybill on laptop', wish: 'management' });
  });

  it('is not sent to another site by the installation (W2)', async () => {
    const expiresAt = new Date(Date.now() + 60_000).toISOString();
    cli.answer = () => ({ json: { loginUrl: 'https://evil.example/login', pollSecret: 'wb-poll', expiresAt } });
    expect(await cli.run(['login', cli.url])).toMatchObject({ exitCode: exitCodes.failure });
  });

  it('shows the address without what a terminal would obey', async () => {
    const expiresAt = new Date(Date.now() + 60_000).toISOString();
    const answers = [
      { loginUrl: `${cli.url}/login/\u001b[2Jx\u009b1m`, pollSecret: 'wb-poll', expiresAt },
      { state: 'gone' },
    ];
    cli.answer = () => ({ json: answers.shift() ?? {} });
    const ran = await cli.run(['login', cli.url]);
    expect(ran.err).toContain(`${cli.url}/login/%1B[2Jx%C2%9B1m`);
    expect(ran.err).not.toContain('\u001b');
    expect(ran.err).not.toContain('\u009b');
  });

  it('goes over http to this machine alone (W6)', async () => {
    expect(await cli.run(['login', 'http://waybill.example'])).toMatchObject({ exitCode: exitCodes.usage });
    expect(await cli.run(['orgs', 'list'], { url: 'http://waybill.example' })).toMatchObject({
      exitCode: exitCodes.usage,
    });
  });
});
