import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CliRun } from '../test/cli-run.js';
import { exitCodes } from './exit-code.js';

const token = `wb-${'a'.repeat(46)}`;
const cli = new CliRun();

beforeEach(async () => {
  cli.seen.length = 0;
  cli.answer = () => ({ json: {} });
  await cli.start();
});

afterEach(() => cli.stop());

function problem(status: number, title: string, more: object = {}) {
  return { status, json: { title, status, code: 'some.code', ...more } };
}

describe('a command', () => {
  it('sends one request with the token, and shows a list as a table', async () => {
    cli.answer = () => ({ json: { items: [{ name: 'acme', displayName: 'Acme', createdAt: '2026-01-01' }] } });
    const ran = await cli.run(['orgs', 'list'], { token });
    expect(ran.exitCode).toBe(exitCodes.success);
    expect(ran.out.split('\n').map((line) => line.trim().split(/ {2,}/))).toEqual([
      ['NAME', 'DISPLAY NAME', 'CREATED AT'],
      ['acme', 'Acme', '2026-01-01'],
      [''],
    ]);
    expect(cli.seen).toMatchObject([
      { method: 'GET', target: '/api/v1/orgs', headers: { authorization: `Bearer ${token}` } },
    ]);
  });

  it('follows the pages, and gives JSON lines to scripts', async () => {
    cli.answer = ({ target }) =>
      target?.includes('cursor=') === true
        ? { json: { items: [{ name: 'b' }] } }
        : { json: { items: [{ name: 'a' }] }, headers: { link: '</api/v1/orgs?cursor=x>; rel="next"' } };
    expect((await cli.run(['orgs', 'list', '--json'])).out).toBe('{"name":"a"}\n{"name":"b"}\n');
    expect((await cli.run(['orgs', 'list', '--json', '--max', '1'])).out).toBe('{"name":"a"}\n');
  });

  it('takes its token to no other installation, whatever a Link header says (W3)', async () => {
    cli.answer = () => ({ json: { items: [] }, headers: { link: '<https://evil.example/x>; rel="next"' } });
    expect((await cli.run(['orgs', 'list'], { token })).exitCode).toBe(exitCodes.success);
    cli.answer = () => ({ status: 302, headers: { location: `${cli.url}/elsewhere` } });
    expect((await cli.run(['orgs', 'list'], { token })).exitCode).toBe(exitCodes.unavailable);
    expect(cli.seen.map(({ target }) => target)).toEqual(['/api/v1/orgs', '/api/v1/orgs']);
  });

  it.each([
    ['teams', 'remove', 'acme', '..', 'bob'],
    ['members', 'remove', 'acme', '.', '--yes'],
    ['teams', 'list', ''],
  ])('%s %s takes no name that leads to another place (I5)', async (...typed) => {
    expect((await cli.run(typed, { token })).exitCode).toBe(exitCodes.usage);
    expect(cli.seen).toEqual([]);
  });

  it('encodes what was typed, so that a name is nothing but a name', async () => {
    await cli.run(['packages', 'view', 'pkg:npm/%40acme/left-pad', '--repository', 'main']);
    await cli.run(['teams', 'list', '../users']);
    expect(cli.seen.map(({ target }) => target)).toEqual([
      '/api/v1/packages/pkg%3Anpm%2F%2540acme%2Fleft-pad?repository=main',
      '/api/v1/orgs/..%2Fusers/teams',
    ]);
  });

  it('creates nothing twice: it names an idempotency key', async () => {
    await cli.run(['repos', 'create', 'acme', 'main']);
    const [seen] = cli.seen;
    expect(seen?.body).toEqual({ slug: 'main', organization: 'acme', visibility: 'private' });
    expect(seen?.headers['idempotency-key']).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('knows a service account by the name that it has in its organization', async () => {
    await cli.run(['grants', 'give', 'acme', '--service-account', 'ci', '--repository', 'main', '--role', 'reader']);
    expect(cli.seen[0]?.body).toEqual({
      subject: { serviceAccount: 'acme/ci' },
      on: { repository: 'main' },
      role: 'reader',
    });
  });

  it('changes nothing for good where nobody can be asked, unless told to', async () => {
    expect(await cli.run(['repos', 'delete', 'main'])).toMatchObject({ exitCode: exitCodes.usage });
    expect(cli.seen).toEqual([]);
    expect(await cli.run(['repos', 'delete', 'main', '--yes'])).toMatchObject({ exitCode: exitCodes.success });
    expect(cli.seen).toMatchObject([{ method: 'DELETE', body: { confirm: 'main' } }]);
  });

  it('does not let others write to the terminal what it would obey', async () => {
    cli.answer = () => ({ json: { items: [{ name: 'a\u001b[2J\u202eb' }] } });
    expect((await cli.run(['orgs', 'list'])).out).toContain('a\u{fffd}[2J\u{fffd}b');
    cli.answer = () => problem(409, 'Taken\u001b[2J');
    expect((await cli.run(['orgs', 'list'])).err).not.toContain('\u001b');
  });
});

describe('a refusal', () => {
  it.each([
    [400, exitCodes.invalid],
    [401, exitCodes.unauthenticated],
    [403, exitCodes.forbidden],
    [404, exitCodes.notFound],
    [409, exitCodes.conflict],
    [412, exitCodes.conflict],
    [429, exitCodes.unavailable],
    [503, exitCodes.unavailable],
  ])('with status %i ends with %i', async (status, exitCode) => {
    cli.answer = () => problem(status, 'No.');
    expect(await cli.run(['orgs', 'view', 'acme'])).toMatchObject({ exitCode, out: '' });
  });

  it('names the fields as they were typed, each once, for people and for scripts', async () => {
    const errors = [
      { field: 'body.subject', message: 'subject is needed' },
      { field: 'body.on.repository', message: 'repository must be a slug' },
      { field: 'body.role', message: 'role is needed' },
    ];
    const title = `The request is not usable: ${errors.map(({ message }) => message).join('; ')}.`;
    cli.answer = () => problem(400, title, { errors });
    const typed = ['grants', 'give', 'acme', '--repository', 'Main'];
    expect((await cli.run(typed)).err).toBe(
      'waybill: That is not usable.\n  --team, --user or --service-account is needed\n  --repository must be a slug\n' +
        '  --role or --action is needed\n',
    );
    expect(JSON.parse((await cli.run([...typed, '--json'])).err)).toMatchObject({
      error: 'That is not usable.',
      code: 'some.code',
      exitCode: exitCodes.invalid,
    });
    cli.answer = () => problem(400, 'No such role.', { errors: [{ field: 'body.role', message: 'No such role.' }] });
    const set = await cli.run(['members', 'set', 'acme', 'bob', 'king']);
    expect(set.err).toBe('waybill: <role>: No such role.\n');
    cli.answer = () => problem(400, 'Not so.', { errors: [{ field: 'body.expiresAt', message: 'is past' }] });
    const made = await cli.run(['tokens', 'create', 'x', '--action', 'read', '--days', '-1']);
    expect(made.err).toBe('waybill: Not so.\n  --days: is past\n');
  });

  it.each([
    [['orgs', 'view', 'acme'], 'organization acme'],
    [['teams', 'members', 'acme', 'web'], 'team web in organization acme'],
    [['packages', 'view', 'pkg:npm/a', '--repository', 'main'], 'package pkg:npm/a in repository main'],
    [['repos', 'create', 'acme', 'main'], 'organization acme'],
    [['audit', 'export', 'acme'], 'organization acme'],
  ])('of what is not there names it: %j', async (typed, thing) => {
    cli.answer = () => problem(404, 'What you asked for was not found.', { code: 'not-found' });
    expect((await cli.run(typed)).err).toBe(`waybill: There is no ${thing}, or you may not see it.\n`);
  });

  it('that knows better what is not there is told as it is', async () => {
    cli.answer = () => problem(404, 'There is nobody called bob.', { code: 'not-found' });
    expect((await cli.run(['members', 'add', 'acme', 'bob'])).err).toBe('waybill: There is nobody called bob.\n');
  });

  it('of the command line itself is told without a request', async () => {
    for (const typed of [[], ['orgs'], ['orgs', 'fly'], ['orgs', 'list', '--colour'], ['members', 'add', 'acme']]) {
      expect(await cli.run(typed)).toMatchObject({ exitCode: exitCodes.usage });
    }
    expect(cli.seen).toEqual([]);
  });

  it('says that nobody is there', async () => {
    expect(await cli.run(['orgs', 'list'], { url: 'http://127.0.0.1:1' })).toMatchObject({
      exitCode: exitCodes.unavailable,
    });
  });
});

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

describe('what else it does', () => {
  it('sends any request that has no command', async () => {
    cli.answer = ({ body }) => ({ json: { got: body } });
    const ran = await cli.run(['api', 'post', '/orgs', '--body'], { input: '{"name":"acme"}' });
    expect(JSON.parse(ran.out)).toEqual({ got: { name: 'acme' } });
    expect(await cli.run(['api', 'get', 'orgs'])).toMatchObject({ exitCode: exitCodes.usage });
  });

  it('completes commands in a shell', async () => {
    expect((await cli.run(['completion'])).out).toContain('waybill');
    expect((await cli.run(['--help'])).out).toContain('held');
  });
});

describe('what somebody else wrote', () => {
  const name = 'a\u009b2Jb';
  const escaped = 'a\\u009b2Jb';

  it.each([[['orgs', 'list', '--json']], [['orgs', 'create', 'acme', '--json']], [['api', 'GET', '/orgs']]])(
    'moves no cursor, and is the same JSON: %j',
    async (typed) => {
      cli.answer = () => ({ json: typed[0] === 'orgs' && typed[1] === 'list' ? { items: [{ name }] } : { name } });
      const { out } = await cli.run(typed, { token });
      expect(out).toContain(escaped);
      expect(out).not.toContain('\u009b');
    },
  );

  it('is exported as it is, and shown without what a terminal would obey', async () => {
    const bytes = Buffer.from(`{"name":"${name} é"}\n`);
    const middle = bytes.indexOf('é') + 1;
    cli.answer = () => ({ parts: [bytes.subarray(0, middle), bytes.subarray(middle)] });
    const lines = await cli.run(['audit', 'export'], { token, screen: true });
    expect(JSON.parse(lines.out)).toEqual({ name: `${name} é` });
    expect(lines.out).not.toContain('\u009b');
    const table = ['audit', 'export', '--format', 'csv'];
    expect((await cli.run(table, { token, screen: true })).out).toContain('a\u{fffd}2Jb é');
    for (const typed of [table, ['audit', 'export']]) {
      expect((await cli.run(typed, { token })).out).toBe(bytes.toString());
    }
    const file = join(cli.home, 'audit.ndjson');
    await cli.run(['audit', 'export', '--out', file], { token });
    expect(await readFile(file)).toEqual(bytes);
  });
});
