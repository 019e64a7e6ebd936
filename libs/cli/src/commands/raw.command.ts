import type { Argv, CommandModule } from 'yargs';
import type { Method } from '../api/api-request.js';
import { CliError } from '../cli-error.js';
import { exitCodes } from '../exit-code.js';
import type { OpenSession } from './api-command.js';
import { showJson } from '../output/show.js';
import { Arguments } from './arguments.js';

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const satisfies readonly Method[];
const maxBodyBytes = 1024 * 1024;

/** `waybill api GET /orgs`: whatever has no command of its own. */
export function rawModule(open: OpenSession): CommandModule {
  return {
    command: 'api <method> <path>',
    describe: 'Any request to the management API; a body is read from standard input with --body',
    builder: (argv: Argv) =>
      argv
        .positional('method', { choices: methods, coerce: (text: string) => text.toUpperCase() })
        .positional('path', { type: 'string', describe: 'Under /api/v1, as in its documentation' })
        .option('body', { type: 'boolean', describe: 'Send what is on standard input, in JSON' }),
    handler: async (given) => {
      const typed = new Arguments(given);
      const session = open(given);
      const method = methods.find((known) => known === typed.text('method'));
      const path = typed.text('path').replace(/^\/api\/v1(?=\/)/, '');
      if (method === undefined || !path.startsWith('/')) {
        throw new CliError('A path begins with a slash: waybill api GET /orgs', exitCodes.usage);
      }
      const body = typed.flag('body') === true ? jsonOf(await session.terminal.readInput(maxBodyBytes)) : undefined;
      const { json } = await (await session.api()).send({ method, path, ...(body === undefined ? {} : { body }) });
      showJson(session, json);
    },
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new CliError('What is on standard input is no JSON.', exitCodes.usage);
  }
}
