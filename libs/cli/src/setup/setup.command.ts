import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import type { Argv, CommandModule } from 'yargs';
import { ApiClient, path } from '../api/api-client.js';
import { CliError } from '../cli-error.js';
import type { OpenSession } from '../commands/api-command.js';
import { Arguments } from '../commands/arguments.js';
import { exitCodes } from '../exit-code.js';
import { showJson } from '../output/show.js';
import type { Session } from '../session.js';
import type { ClientSetup, SettingsFile, SetupWish } from './client-setup.js';
import { npmSetups } from './npm.setup.js';
import { findOwnClone } from './own-clone.js';
import { yarnSetup } from './yarn.setup.js';

const setups: readonly ClientSetup[] = [...npmSetups, yarnSetup];

/** `waybill setup npm --repository main`: a client's settings, printed or written. */
export function setupModule(open: OpenSession): CommandModule {
  return {
    command: 'setup <client>',
    describe: 'Settings of a package client for a repository',
    builder: (argv: Argv) =>
      argv
        .positional('client', { choices: setups.map(({ client }) => client), describe: 'yarn is 2 and newer' })
        .option('repository', { type: 'string', demandOption: true })
        .option('scope', { type: 'string', describe: 'Only for this npm scope: @acme' })
        .option('ci', { type: 'boolean', describe: 'For a job: with the token that is in WAYBILL_TOKEN' })
        .option('write', { type: 'boolean', describe: 'Write the file, instead of printing it' })
        .option('user', { type: 'boolean', describe: 'In your home, instead of this folder' }),
    handler: (given) => setup(open(given), new Arguments(given)),
  };
}

async function setup(session: Session, typed: Arguments): Promise<void> {
  const client = setups.find((known) => known.client === typed.text('client'));
  if (client === undefined) throw new CliError('That client is not known.', exitCodes.usage);
  const wish = await wishOf(session, client, typed);
  const write = typed.flag('write') === true;
  const files = client.files(wish).map((file) => ({ ...file, path: pathOf(session, file) }));
  if (write && files.some(({ where }) => where === 'project')) await refuseOwnClone(session);
  await refuseUnknown(session, typed.text('repository'), wish);
  const next = client.next(wish);
  for (const { path: file, merge } of write ? files : []) await writeFileAtomic(file, merge(await textOf(file)));
  if (session.flags.json) {
    const content = files.map((file) => ({ path: file.path, settings: file.merge('') }));
    showJson(session, { client: client.client, registry: wish.url, files: content, written: write, next });
    return;
  }
  for (const { path: file, merge } of files) {
    session.terminal.err(write ? `Written to ${file}.\n` : `# ${file}\n`);
    if (!write) session.terminal.out(merge(''));
  }
  session.terminal.err(next.map((line) => `${write ? '' : '# '}${line}\n`).join(''));
}

function pathOf({ environment: { home, folder } }: Session, { where, name }: SettingsFile): string {
  return join(where === 'home' ? home : folder, name);
}

async function textOf(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  });
}

async function refuseOwnClone({ environment: { folder } }: Session): Promise<void> {
  const clone = await findOwnClone(folder);
  if (clone === undefined) return;
  throw new CliError(`${clone} is Waybill itself: it could not be installed any more.`, exitCodes.usage, [
    'Go to the folder of your own project, or say --user for all that you do.',
    `There the command line is: node ${join(clone, 'libs/cli/bin/waybill.js')}`,
  ]);
}

/**
 * Who is signed in is told of a repository that is not there. Without an answer the settings are what was asked for, and for a
 * job as well: its token may be for one package, and not see the repository.
 */
async function refuseUnknown(session: Session, slug: string, { ci }: SetupWish): Promise<void> {
  const url = await session.url();
  const token = await session.token(url);
  if (token === undefined) return;
  try {
    await new ApiClient(url, token).send({ method: 'GET', path: path`/repositories/${slug}` });
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    if (ci || error.exitCode !== exitCodes.notFound) {
      session.terminal.err(`Whether there is a repository ${slug} is not known: ${error.message}\n`);
      return;
    }
    const message = `There is no repository ${slug}, or you may not see it.`;
    throw new CliError(message, exitCodes.notFound, ['waybill repos list'], error.code);
  }
}

async function wishOf(session: Session, { ecosystem }: ClientSetup, typed: Arguments): Promise<SetupWish> {
  const repository = typed.text('repository');
  const scope = typed.optional('scope');
  if (!/^[a-z0-9-]{1,64}$/.test(repository)) {
    throw new CliError('A repository is named by its slug: main', exitCodes.usage);
  }
  if (scope !== undefined && !/^@[a-z0-9][a-z0-9._~-]{0,213}$/.test(scope)) {
    throw new CliError('A scope looks like @acme.', exitCodes.usage);
  }
  const url = `${await session.url()}/${ecosystem}/${repository}/`;
  return { url, scope, ci: typed.flag('ci') === true, user: typed.flag('user') === true };
}
