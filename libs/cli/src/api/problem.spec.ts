import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CliRun, problem } from '../../test/cli-run.js';
import { exitCodes } from '../exit-code.js';

const cli = new CliRun();

beforeEach(() => cli.start());

afterEach(() => cli.stop());

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
    [
      ['publishers', 'add', 'acme', '--google', 'ci@x.iam.gserviceaccount.com', '--repository', 'main'],
      'repository main in organization acme',
    ],
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
