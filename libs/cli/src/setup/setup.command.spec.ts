import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CliRun } from '../../test/cli-run.js';
import { exitCodes } from '../exit-code.js';

const token = `wb-${'a'.repeat(46)}`;
const cli = new CliRun();
let project: string;

beforeEach(async () => {
  cli.seen.length = 0;
  cli.answer = () => ({ json: {} });
  await cli.start();
  project = join(cli.home, 'project');
  await mkdir(project);
});

afterEach(() => cli.stop());

describe('waybill setup', () => {
  it('prints the address alone, so that who signs in with the client is not overruled', async () => {
    const ran = await cli.run(['setup', 'npm', '--repository', 'main', '--scope', '@acme'], { folder: project });
    expect(ran.out).toBe(`@acme:registry=${cli.url}/npm/main/\n`);
    expect(ran.err).toContain(`npm login --registry=${cli.url}/npm/main/ --scope=@acme`);
    expect(await readdir(project)).toEqual([]);
  });

  it('for a job takes the token from the environment, and keeps none (W6)', async () => {
    const ran = await cli.run(['setup', 'npm', '--repository', 'main', '--ci'], { token, folder: project });
    const host = cli.url.replace('http:', '');
    expect(ran.out).toBe(`registry=${cli.url}/npm/main/\n${host}/npm/main/:_authToken=\${WAYBILL_TOKEN}\n`);
    expect(ran.err).toContain('WAYBILL_TOKEN');
  });

  it('gives pnpm all of it in the home: it replaces no variable in what comes with a project', async () => {
    await cli.run(['setup', 'pnpm', '--repository', 'main', '--ci', '--write'], { folder: project });
    expect(await readdir(project)).toEqual([]);
    expect(await readFile(join(cli.home, '.npmrc'), 'utf8')).toContain(':_authToken=${WAYBILL_TOKEN}');
  });

  it.each([
    ['yarn-classic', '.npmrc', 'always-auth=true'],
    ['yarn', '.yarnrc.yml', 'npmAlwaysAuth: true'],
  ])('has %s sign in for packages without a scope, too', async (client, file, line) => {
    await cli.run(['setup', client, '--repository', 'main', '--write'], { folder: project });
    expect(await readFile(join(project, file), 'utf8')).toContain(line);
  });

  it('writes into a file that is there, and changes nothing the second time', async () => {
    const typed = ['setup', 'yarn', '--repository', 'main', '--write', '--user'];
    await writeFile(join(cli.home, '.yarnrc.yml'), '# mine\nnodeLinker: node-modules\n');
    await cli.run(typed);
    const first = await readFile(join(cli.home, '.yarnrc.yml'), 'utf8');
    await cli.run(typed);
    expect(await readFile(join(cli.home, '.yarnrc.yml'), 'utf8')).toBe(first);
    expect(first).toContain(`# mine\nnodeLinker: node-modules\nnpmRegistryServer: ${cli.url}/npm/main/`);
  });

  it('does not write into the sources of Waybill, from which it could not be installed any more', async () => {
    await mkdir(join(project, 'libs/cli/bin'), { recursive: true });
    await writeFile(join(project, 'libs/cli/bin/waybill.js'), '');
    await writeFile(join(project, 'package.json'), '{ "name": "waybill" }');
    const typed = ['setup', 'npm', '--repository', 'main', '--write'];
    for (const folder of [project, join(project, 'libs/cli')]) {
      const ran = await cli.run(typed, { folder });
      expect(ran.exitCode).toBe(exitCodes.usage);
      expect(ran.err).toContain('node ');
      expect(await readdir(folder)).not.toContain('.npmrc');
    }
    expect(await cli.run([...typed, '--user'], { folder: project })).toMatchObject({ exitCode: exitCodes.success });
  });

  it('refuses a repository that is not there, and writes nothing', async () => {
    cli.answer = () => ({ status: 404, json: { title: 'Not found.', status: 404, code: 'not-found' } });
    const typed = ['setup', 'npm', '--repository', 'nope', '--write'];
    const ran = await cli.run(typed, { token, folder: project });
    expect(ran.exitCode).toBe(exitCodes.notFound);
    expect(ran.err).toContain('There is no repository nope, or you may not see it.');
    expect(await readdir(project)).toEqual([]);
    expect(cli.seen).toMatchObject([{ target: '/api/v1/repositories/nope' }]);
    const job = await cli.run([...typed, '--ci'], { token, folder: project });
    expect([job.exitCode, job.err]).toEqual([exitCodes.success, expect.stringContaining('is not known: There is no')]);
  });

  it('goes on where nobody can say whether there is such a repository', async () => {
    const typed = ['setup', 'npm', '--repository', 'main', '--write', '--url', 'http://127.0.0.1:1'];
    const ran = await cli.run(typed, { token, folder: project });
    expect(ran.exitCode).toBe(exitCodes.success);
    expect(ran.err).toContain('is not known');
  });

  it('answers scripts in JSON', async () => {
    const ran = await cli.run(['setup', 'npm', '--repository', 'main', '--json'], { folder: project });
    expect(JSON.parse(ran.out)).toMatchObject({
      client: 'npm',
      registry: `${cli.url}/npm/main/`,
      files: [{ path: join(project, '.npmrc'), settings: `registry=${cli.url}/npm/main/\n` }],
      written: false,
    });
    expect(ran.err).toBe('');
  });
});
