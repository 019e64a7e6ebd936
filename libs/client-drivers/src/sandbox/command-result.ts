/** How a command ended. A non-zero exit is a result, not an exception: most tests are about refusals. */
export interface CommandResult {
  /** The command line as it was run, for messages. */
  readonly command: string;
  /** -1 when the command could not be started or was killed. */
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly durationMs: number;
  /** It ran longer than its limit and was killed with everything that it had started. */
  readonly timedOut: boolean;
}

const tailCharacters = 4000;

/** Everything that the client said, for assertions on what a user would see. */
export function outputOf(result: CommandResult): string {
  return [result.stdout, result.stderr].filter((text) => text !== '').join('\n');
}

/**
 * Answers the result itself when the command succeeded.
 * @throws Error with the command, its exit code and the end of its output
 */
export function mustSucceed(result: CommandResult): CommandResult {
  if (result.exitCode === 0) return result;
  const how = result.timedOut ? `was killed after ${result.durationMs} ms` : `ended with exit code ${result.exitCode}`;
  throw new Error(`${result.command}\n${how}:\n${outputOf(result).slice(-tailCharacters)}`);
}
