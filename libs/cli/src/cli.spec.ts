import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CliRun, problem } from '../test/cli-run.js';
import { exitCodes } from './exit-code.js';

const token = `wb-${'a'.repeat(46)}`;
const cli = new CliRun();

beforeEach(() => cli.start());

afterEach(() => cli.stop());

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
