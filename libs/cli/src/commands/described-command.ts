import type { Options } from 'yargs';
import type { ApiRequest } from '../api/api-request.js';
import type { Column } from '../output/show.js';
import type { Arguments } from './arguments.js';

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
  /** Throws `CliError` for words that contradict each other, or of which one is missing; before anything is sent. */
  readonly checks?: (typed: Arguments) => void;
  /** It asks for a `code` of the second factor where the answer says that one is needed, and nobody has typed it. */
  readonly provesPerson?: boolean;
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
