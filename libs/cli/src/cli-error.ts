import type { ExitCode } from './exit-code.js';

/** The one way in which a command fails on purpose: a sentence for the person, a number for the script. */
export class CliError extends Error {
  override readonly name = 'CliError';

  constructor(
    message: string,
    readonly exitCode: ExitCode,
    /** Lines under the sentence: fields that are wrong, what to do next. */
    readonly hints: readonly string[] = [],
    /** The stable code of the problem (`release.immutable`), for `--json`. */
    readonly code?: string,
  ) {
    super(message);
  }
}
