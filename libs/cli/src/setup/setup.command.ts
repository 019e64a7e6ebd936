import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import type { Argv, CommandModule } from 'yargs';
import { CliError } from '../cli-error.js';
import type { OpenSession } from '../commands/api-command.js';
import { Arguments } from '../commands/arguments.js';
import { exitCodes } from '../exit-code.js';
import type { Session } from '../session.js';
import type { ClientSetup, Registry } from './client-setup.js';
import { npmSetups } from './npm.setup.js';
import { yarnSetup } from './yarn.setup.js';

const setups: readonly ClientSetup[] = [...npmSetups, yarnSetup];

/** `waybill setup npm --repository main`: a client's settings, printed or written. */
export function setupModule(open: OpenSession): CommandModule {
  return {
    command: 'setup <client>',
    describe: 'Settings of a package client for a repository',
    builder: (argv: Argv) =>
      argv
        .positional('client', { choices: setups.map(({ client }) => client) })
        .option('repository', { type: 'string', demandOption: true })
        .option('scope', { type: 'string', describe: 'Only for this npm scope: @acme' })
        .option('write', { type: 'boolean', describe: 'Write the file, instead of printing it' })
        .option('user', { type: 'boolean', describe: 'In your home, instead of this folder' }),
    handler: (given) => setup(open(given), new Arguments(given)),
  };
}

async function setup(session: Session, typed: Arguments): Promise<void> {
  const client = setups.find((known) => known.client === typed.text('client'));
  if (client === undefined) throw new CliError('That client is not known.', exitCodes.usage);
  const registry = await registryOf(session, client, typed);
  const file = join(typed.flag('user') === true ? session.environment.home : resolve('.'), client.fileName);
  if (typed.flag('write') !== true) {
    session.terminal.err(`# ${file}\n`);
    session.terminal.out(client.merge('', registry));
    return;
  }
  const before = await readFile(file, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  });
  await writeFileAtomic(file, client.merge(before, registry));
  session.terminal.err([`Written to ${file}.`, ...client.next(registry), ''].join('\n'));
}

async function registryOf(session: Session, { ecosystem }: ClientSetup, typed: Arguments): Promise<Registry> {
  const repository = typed.text('repository');
  const scope = typed.optional('scope');
  if (!/^[a-z0-9-]{1,64}$/.test(repository)) {
    throw new CliError('A repository is named by its slug: main', exitCodes.usage);
  }
  if (scope !== undefined && !/^@[a-z0-9][a-z0-9._~-]{0,213}$/.test(scope)) {
    throw new CliError('A scope looks like @acme.', exitCodes.usage);
  }
  return { url: `${await session.url()}/${ecosystem}/${repository}/`, scope };
}
