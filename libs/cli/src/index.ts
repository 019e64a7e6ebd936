import { buildCli } from './cli.js';
import { readEnvironment } from './config.js';
import { processTerminal } from './terminal.js';

/** Runs one command line; the answer is the process's exit code. */
export function main(typed: readonly string[]): Promise<number> {
  return buildCli({ terminal: processTerminal(), environment: readEnvironment() })(typed);
}
