import { confirm } from '@inquirer/prompts';
import type { Argv, CommandModule, Options } from 'yargs';
import type { ApiRequest } from '../api/api-client.js';
import { CliError } from '../cli-error.js';
import { exitCodes } from '../exit-code.js';
import type { Column } from '../output/show.js';
import { showRows, showThing } from '../output/show.js';
import type { Session } from '../session.js';
import { Arguments } from './arguments.js';

/** How a command opens its session; called when it runs. */
export type OpenSession = (typed: Readonly<Record<string, unknown>>) => Session;

/** A command that is one request to the management API: what is typed, what is sent, what is shown. */
export interface ApiCommand {
  /** As yargs reads it: `create <name>`. */
  readonly usage: string;
  readonly describe: string;
  readonly options?: Readonly<Record<string, Options>>;
  readonly request: (typed: Arguments) => ApiRequest;
  /** Columns of a list; `thing` for one object; otherwise the sentence that says it is done. */
  readonly shows: readonly Column[] | 'thing' | { readonly said: string };
  /** A question that is answered with yes first, or with `--yes`. */
  readonly confirms?: (typed: Arguments) => string;
  /** Other shapes that lists come in, made into rows. */
  readonly rows?: (answer: unknown) => readonly unknown[];
}

const defaultRows = 1000;

/** The yargs module of one such command. */
export function commandModule(command: ApiCommand, open: OpenSession): CommandModule {
  return {
    command: command.usage,
    describe: command.describe,
    builder: (argv: Argv) => withOptions(argv, command),
    handler: async (typed) => run(command, open(typed), new Arguments(typed)),
  };
}

/** `waybill <noun> <verb>`: the commands of one noun. */
export function nounModule({
  noun,
  describe,
  commands,
}: {
  noun: string;
  describe: string;
  commands: readonly CommandModule[];
}): CommandModule {
  return {
    command: noun,
    describe,
    builder: (argv: Argv) =>
      commands
        .reduce((built, command) => built.command(command), argv)
        .demandCommand(1, 1, `waybill ${noun} needs a command.`)
        .strict(),
    handler: () => undefined,
  };
}

async function run(command: ApiCommand, session: Session, typed: Arguments): Promise<void> {
  const request = command.request(typed);
  if (command.confirms !== undefined && typed.flag('yes') !== true) await mustConfirm(session, command.confirms(typed));
  const api = await session.api();
  const { shows, rows } = command;
  if (isColumns(shows)) {
    const found =
      rows === undefined ? api.items(request, typed.number('max') ?? defaultRows) : rowsOf(api.send(request), rows);
    return showRows(session, found, shows);
  }
  const { json } = await api.send(request);
  if (shows === 'thing' || (session.flags.json && json !== undefined)) showThing(session, json);
  else session.terminal.err(`${shows.said}\n`);
}

async function* rowsOf(
  answer: Promise<{ readonly json: unknown }>,
  rows: (json: unknown) => readonly unknown[],
): AsyncGenerator<unknown, void, undefined> {
  yield* rows((await answer).json);
}

async function mustConfirm(session: Session, question: string): Promise<void> {
  if (!session.terminal.isInteractive) {
    throw new CliError(`${question} Say --yes where nobody can be asked.`, exitCodes.usage);
  }
  if (await confirm({ message: question, default: false })) return;
  throw new CliError('Nothing was changed.', exitCodes.failure);
}

function withOptions(argv: Argv, { options = {}, shows, confirms }: ApiCommand): Argv {
  const withOwn = argv.options({ ...options });
  const listed = isColumns(shows)
    ? withOwn.option('max', { type: 'number', describe: `At most so many rows (${defaultRows})` })
    : withOwn;
  return confirms === undefined ? listed : listed.option('yes', { type: 'boolean', describe: 'Do not ask' });
}

function isColumns(shows: ApiCommand['shows']): shows is readonly Column[] {
  return Array.isArray(shows);
}
