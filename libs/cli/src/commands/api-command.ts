import type { Argv, CommandModule, Options } from 'yargs';
import type { ApiRequest } from '../api/api-client.js';
import type { Column } from '../output/show.js';
import { showRows, showThing } from '../output/show.js';
import type { Session } from '../session.js';
import { Arguments } from './arguments.js';
import { fieldNames } from './field-names.js';
import { askSecret, mustConfirm } from './questions.js';

/** How a command opens its session; called when it runs. */
export type OpenSession = (typed: Readonly<Record<string, unknown>>) => Session;

/** A command that is one request to the management API: what is typed, what is sent, what is shown. */
export interface ApiCommand {
  /** As yargs reads it: `create <name>`. */
  readonly usage: string;
  readonly describe: string;
  readonly aliases?: readonly string[];
  readonly options?: Readonly<Record<string, Options>>;
  /** What is never typed, since every process list shows that: asked for, or read from standard input, as `name`. */
  readonly secret?: { readonly name: string; readonly question: string };
  readonly request: (typed: Arguments) => ApiRequest;
  /** Columns of a list; `thing` for one object, or its text; otherwise the sentence that says it is done. */
  readonly shows:
    readonly Column[] | 'thing' | { readonly text: (answer: unknown) => string } | { readonly said: string };
  /** A question that is answered with yes first, or with `--yes`. */
  readonly confirms?: (typed: Arguments) => string;
  /** Other shapes that lists come in, made into rows. */
  readonly rows?: (answer: unknown) => readonly unknown[];
  /** Which rows of a list are shown; all, unless given. */
  readonly keeps?: (row: unknown, typed: Arguments) => boolean;
  /** How to say what is wrong with a field (`body.subject`) for which several flags stand. */
  readonly fields?: Readonly<Record<string, string>>;
}

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
  const { shows, rows, confirms, secret, keeps = () => true } = command;
  // A command line that is wrong is told before anybody is asked for anything.
  if (secret === undefined) command.request(new Arguments(given));
  if (confirms !== undefined && given['yes'] !== true) await mustConfirm(session, confirms(new Arguments(given)));
  const asked = secret && { [secret.name]: await askSecret(session, secret.question) };
  const typed = new Arguments({ ...given, ...asked });
  const request = { ...command.request(typed), nameOf: fieldNames(command, { ...given, ...asked }) };
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
  const { json } = await api.send(request);
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
