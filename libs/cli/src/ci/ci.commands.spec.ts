import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CliRun, type Answered, type Seen } from '../../test/cli-run.js';
import { exitCodes } from '../exit-code.js';

const token = `wb-${'p'.repeat(46)}`;
const audience = 'waybill.example';
const cli = new CliRun();

beforeEach(async () => {
  cli.seen.length = 0;
  cli.answer = answerOfInstallation;
  await cli.start();
});

afterEach(() => cli.stop());

function answerOfInstallation({ target }: Seen): Answered {
  if (target?.startsWith('/idtoken') === true) return { json: { value: 'of-the-runner' } };
  return target === '/api/v1/oidc/audience'
    ? { json: { audience } }
    : { json: { access_token: token, token_type: 'Bearer', expires_in: 900 } };
}

const github = () => ({
  GITHUB_ACTIONS: 'true',
  ACTIONS_ID_TOKEN_REQUEST_URL: `${cli.url}/idtoken?api-version=2.0`,
  ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'of the job',
  GITHUB_ENV: join(cli.home, 'github-env'),
});

/** What was exchanged. */
const sent = () => cli.seen.find(({ target }) => target === '/api/v1/oidc/exchange')?.body;

describe('waybill ci login', () => {
  it('exchanges the token that GitHub and Forgejo give a workflow, and has the runner hide ours', async () => {
    const ran = await cli.run(['ci', 'login', '--package', 'pkg:npm/left-pad'], { job: github() });
    expect(ran).toEqual({ exitCode: exitCodes.success, out: `${token}\n`, err: `::add-mask::${token}\n` });
    expect(cli.seen[1]).toMatchObject({
      target: `/idtoken?api-version=2.0&audience=${audience}`,
      headers: { authorization: 'Bearer of the job' },
    });
    expect(sent()).toEqual({
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      subject_token: 'of-the-runner',
      subject_token_type: 'urn:ietf:params:oauth:token-type:id_token',
      package: 'pkg:npm/left-pad',
    });
  });

  it('sets a variable for the next steps there, and prints nothing then', async () => {
    const job = github();
    const ran = await cli.run(['ci', 'login', '--env', 'WAYBILL_TOKEN'], { job });
    expect(ran).toMatchObject({ exitCode: exitCodes.success, out: '' });
    expect(await readFile(job.GITHUB_ENV, 'utf8')).toBe(`WAYBILL_TOKEN=${token}\n`);
    const elsewhere = await cli.run(['ci', 'login', '--env', 'WAYBILL_TOKEN'], { job: { WAYBILL_ID_TOKEN: 'x' } });
    expect(elsewhere.exitCode).toBe(exitCodes.usage);
    expect(elsewhere.err).toContain('WAYBILL_TOKEN="$(waybill ci login)"; export WAYBILL_TOKEN');
    for (const name of ['A=B', 'A\nB', '']) {
      expect((await cli.run(['ci', 'login', '--env', name], { job })).exitCode).toBe(exitCodes.usage);
    }
  });

  it.each([
    ['WAYBILL_ID_TOKEN, in whatever CI', { WAYBILL_ID_TOKEN: 'named' }, 'named'],
    ['the variable of the audience in GitLab', { GITLAB_CI: 'true', WAYBILL_EXAMPLE_ID_TOKEN: 'of-lab' }, 'of-lab'],
    ['the token of the step in Bitbucket', { BITBUCKET_STEP_OIDC_TOKEN: 'of-bucket' }, 'of-bucket'],
  ])('takes %s', async (_, job: Record<string, string>, expected) => {
    expect((await cli.run(['ci', 'login'], { job })).exitCode).toBe(exitCodes.success);
    expect(sent()).toMatchObject({ subject_token: expected });
  });

  it.each([
    ['buildkite-agent', { BUILDKITE: 'true' }, `oidc request-token --audience ${audience}`],
    ['circleci', { CIRCLECI: 'true' }, `run oidc get --claims {"aud":"${audience}"}`],
  ])('asks the program of the agent: %s', async (program, mark, expected) => {
    const programs = join(cli.home, 'programs');
    await mkdir(programs, { recursive: true });
    await writeFile(join(programs, program), '#!/bin/sh\nprintf "%s" "$*"\n', { mode: 0o755 });
    const job = { ...mark, PATH: `${programs}:/usr/bin:/bin` };
    expect((await cli.run(['ci', 'login'], { job })).exitCode).toBe(exitCodes.success);
    expect(sent()).toMatchObject({ subject_token: expected });
    const without = await cli.run(['ci', 'login'], { job: { ...mark, PATH: '/nowhere' } });
    expect(without.exitCode).toBe(exitCodes.usage);
  });

  it('takes the token from a file', async () => {
    const file = join(cli.home, 'token');
    await writeFile(file, 'of-a-file\n');
    expect((await cli.run(['ci', 'login', '--id-token-file', file])).exitCode).toBe(exitCodes.success);
    expect(sent()).toMatchObject({ subject_token: 'of-a-file' });
    await writeFile(file, 'x'.repeat(20_000));
    expect((await cli.run(['ci', 'login', '--id-token-file', file])).exitCode).toBe(exitCodes.usage);
  });

  it('says what a job lacks that has no token', async () => {
    const said = async (job: Record<string, string>) => (await cli.run(['ci', 'login'], { job })).err;
    expect(await said({ GITHUB_ACTIONS: 'true' })).toContain('id-token: write');
    expect(await said({ GITLAB_CI: 'true' })).toContain(`id_tokens: { WAYBILL_ID_TOKEN: { aud: "${audience}" } }`);
    expect(await said({})).toContain('WAYBILL_ID_TOKEN or --id-token-file');
    expect(sent()).toBeUndefined();
  });

  it('says why the installation refuses, and repeats no token (W6)', async () => {
    cli.answer = (seen) =>
      seen.target === '/api/v1/oidc/exchange'
        ? {
            status: 400,
            json: { error: 'invalid_grant', error_description: 'It has expired.', code: 'oidc.token-expired' },
          }
        : answerOfInstallation(seen);
    const ran = await cli.run(['ci', 'login'], { job: { WAYBILL_ID_TOKEN: 'secret-of-the-job' } });
    expect(ran).toEqual({ exitCode: exitCodes.invalid, out: '', err: 'waybill: It has expired.\n' });
  });

  it('is undone by logout, as the token itself', async () => {
    const ran = await cli.run(['ci', 'logout'], { token });
    expect(ran.exitCode).toBe(exitCodes.success);
    expect(cli.seen).toMatchObject([
      { method: 'DELETE', target: '/api/v1/tokens/current', headers: { authorization: `Bearer ${token}` } },
    ]);
  });
});
