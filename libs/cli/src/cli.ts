import type { CommandModule } from 'yargs';
import yargs from 'yargs';
import { CliError } from './cli-error.js';
import type { OpenSession } from './commands/api-command.js';
import { allCommands } from './commands/all-commands.js';
import type { CliEnvironment } from './config.js';
import { exitCodes } from './exit-code.js';
import { Session } from './session.js';
import type { Terminal } from './terminal.js';
import { escapedJson, visible } from './terminal.js';

export interface CliParts {
  readonly terminal: Terminal;
  readonly environment: CliEnvironment;
}

/** The whole command line over given streams and surroundings; tests run it as the process does. */
export function buildCli({ terminal, environment }: CliParts): (typed: readonly string[]) => Promise<number> {
  return async (typed) => {
    const wantsJson = typed.includes('--json');
    const open: OpenSession = ({ url, json }) =>
      new Session(terminal, environment, { url: typeof url === 'string' ? url : undefined, json: json === true });
    try {
      await parse(typed, allCommands(open), terminal);
      return exitCodes.success;
    } catch (error) {
      return explain(error, terminal, wantsJson);
    }
  };
}

async function parse(typed: readonly string[], commands: readonly CommandModule[], terminal: Terminal): Promise<void> {
  const argv = yargs()
    .scriptName('waybill')
    .usage('$0 <command>')
    .option('url', { type: 'string', describe: 'Address of the installation (WAYBILL_URL)', global: true })
    .option('json', { type: 'boolean', describe: 'Answer in JSON', global: true })
    .completion('completion', 'A script for your shell that completes commands')
    .version('0.1.0')
    .help()
    .strict()
    .demandCommand(1, 1, 'What is to be done? See waybill --help.')
    .recommendCommands()
    .exitProcess(false)
    .fail((message: string | undefined, error: unknown) => {
      throw error instanceof Error && error.name !== 'YError'
        ? error
        : new CliError(message ?? 'What was that?', exitCodes.usage);
    });
  for (const command of commands) argv.command(command);
  // Help, the version and completions are printed by the callback, so that tests see them too.
  await argv.parseAsync([...typed], {}, (_error: unknown, _parsed: unknown, output: string) => {
    if (output !== '') terminal.out(`${output}\n`);
  });
}

function explain(error: unknown, terminal: Terminal, json: boolean): number {
  const known = error instanceof CliError ? error : unexpected(error);
  const { message, hints, code, exitCode } = known;
  if (json) terminal.err(`${escapedJson(JSON.stringify({ error: message, code, hints, exitCode }))}\n`);
  else terminal.err([`waybill: ${visible(message)}`, ...hints.map((hint) => `  ${visible(hint)}`)].join('\n') + '\n');
  return exitCode;
}

function unexpected(error: unknown): CliError {
  // What @inquirer throws when somebody presses Ctrl-C.
  if (error instanceof Error && error.name === 'ExitPromptError')
    return new CliError('Nothing was changed.', exitCodes.failure);
  return new CliError(error instanceof Error ? error.message : 'Something went wrong.', exitCodes.failure);
}
