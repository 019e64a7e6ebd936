import type { Argv, CommandModule } from 'yargs';
import type { Column } from '../output/show.js';
import { showRows, showThing } from '../output/show.js';
import type { Session } from '../session.js';
import { Arguments } from './arguments.js';
import type { ApiCommand } from './described-command.js';
import { fieldNames } from './field-names.js';
import { askSecret, mustConfirm } from './questions.js';
import { sentWithCode } from './second-factor.js';

/** How a command opens its session; called when it runs. */
export type OpenSession = (typed: Readonly<Record<string, unknown>>) => Session;

/** How many rows of a list are shown, unless `--max` says otherwise. */
export const defaultRows = 1000;

/** The yargs module of one such command. */
export function commandModule(command: ApiCommand, open: OpenSession): CommandModule {
  return {
    command: command.usage,
    describe: command.describe,
    ...(command.aliases === undefined ? {} : { aliases: command.aliases }),
    builder: (argv: Argv) => withOptions(argv, command),
    handler: async (typed) => run(command, open(typed), typed),
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

async function run(command: ApiCommand, session: Session, given: Readonly<Record<string, unknown>>): Promise<void> {
  const { shows, rows, confirms, secret, keeps = () => true, provesPerson = false } = command;
  // A command line that is wrong is told before anybody is asked for anything.
  command.checks?.(new Arguments(given));
  if (secret === undefined) command.request(new Arguments(given));
  if (confirms !== undefined && given['yes'] !== true) await mustConfirm(session, confirms(new Arguments(given)));
  const asked = secret && { [secret.name]: await askSecret(session, secret.question) };
  const typed = new Arguments({ ...given, ...asked });
  const requestWith = (more: Readonly<Record<string, unknown>>) => {
    const all = { ...given, ...asked, ...more };
    return { ...command.request(new Arguments(all)), nameOf: fieldNames(command, all) };
  };
  const request = requestWith({});
  const api = await session.api();
  if (isColumns(shows)) {
    const found =
      rows === undefined ? api.items(request, typed.number('max') ?? defaultRows) : rowsOf(api.send(request), rows);
    return showRows(
      session,
      keptOf(found, (row) => keeps(row, typed)),
      shows,
    );
  }
  const { json } = provesPerson
    ? await sentWithCode(session, (code) => api.send(code === undefined ? request : requestWith({ code })))
    : await api.send(request);
  if (shows === 'thing' || (session.flags.json && json !== undefined)) showThing(session, json);
  else if ('text' in shows) session.terminal.out(shows.text(json));
  else session.terminal.err(`${shows.said}\n`);
}

async function* keptOf(
  rows: AsyncIterable<unknown>,
  keeps: (row: unknown) => boolean,
): AsyncGenerator<unknown, void, undefined> {
  for await (const row of rows) if (keeps(row)) yield row;
}

async function* rowsOf(
  answer: Promise<{ readonly json: unknown }>,
  rows: (json: unknown) => readonly unknown[],
): AsyncGenerator<unknown, void, undefined> {
  yield* rows((await answer).json);
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
