import { appendFile } from 'node:fs/promises';
import type { Argv, CommandModule } from 'yargs';
import { z } from 'zod';
import { ApiClient } from '../api/api-client.js';
import { CliError } from '../cli-error.js';
import type { OpenSession } from '../commands/api-command.js';
import { nounModule } from '../commands/api-command.js';
import { Arguments, given } from '../commands/arguments.js';
import { exitCodes } from '../exit-code.js';
import { showJson } from '../output/show.js';
import type { Session } from '../session.js';
import { idTokenOfJob } from './id-token.js';

const audienceAnswer = z.object({ audience: z.string().min(1).max(500) });
/** RFC 8693 §2.2.1. */
const exchanged = z.looseObject({ access_token: z.string().regex(/^wb-[0-9A-Za-z-]+$/), expires_in: z.number() });

/** `waybill ci login`: a job's own identity for a token of a quarter of an hour, without any secret. */
export function ciModule(open: OpenSession): CommandModule {
  return nounModule({
    noun: 'ci',
    describe: 'In a job of your CI, without any secret',
    commands: [
      {
        command: 'login',
        describe: 'A short-lived token for what a trusted publisher of this job may publish',
        builder: (argv: Argv) =>
          argv
            .option('repository', { type: 'string', describe: 'Where to publish; needed if the package is in several' })
            .option('package', { type: 'string', describe: 'Only for this package: pkg:npm/left-pad' })
            .option('env', {
              type: 'string',
              describe: 'Set this variable for the next steps (GitHub, Forgejo), instead of printing the token',
            })
            .option('id-token-file', { type: 'string', describe: 'A file with the OIDC token of the job' }),
        handler: (typed) => login(open(typed), new Arguments(typed)),
      },
      {
        command: 'logout',
        describe: 'Revoke the token that is in WAYBILL_TOKEN',
        handler: (typed) => logout(open(typed)),
      },
    ],
  });
}

async function login(session: Session, typed: Arguments): Promise<void> {
  const { job } = session.environment;
  const variable = typed.optional('env');
  if (variable !== undefined && !/^[A-Za-z_][A-Za-z0-9_]{0,99}$/.test(variable)) {
    throw new CliError('--env is the name of a variable: WAYBILL_TOKEN', exitCodes.usage);
  }
  const nextSteps = variable === undefined ? undefined : job['GITHUB_ENV'];
  if (variable !== undefined && nextSteps === undefined) {
    throw new CliError('This CI takes no variables for the next steps from a command.', exitCodes.usage, [
      `${variable}="$(waybill ci login)"; export ${variable}`,
    ]);
  }
  const url = await session.url();
  const api = new ApiClient(url, undefined);
  const { json } = await api.send({ method: 'GET', path: '/oidc/audience' });
  const known = audienceAnswer.safeParse(json);
  if (!known.success) throw new CliError(`${url} does no trusted publishing.`, exitCodes.failure);
  const idToken = await idTokenOfJob(known.data.audience, job, typed.optional('id-token-file'));
  const token = await exchange(api, typed, idToken);
  // The runner replaces it in everything that it logs from now on, whichever stream that was said on.
  if (job['GITHUB_ACTIONS'] === 'true') session.terminal.err(`::add-mask::${token.access_token}\n`);
  if (nextSteps !== undefined && variable !== undefined) {
    await appendFile(nextSteps, `${variable}=${token.access_token}\n`);
    session.terminal.err(`${variable} is set for the next steps, for ${token.expires_in} seconds.\n`);
  } else if (session.flags.json) showJson(session, token);
  else session.terminal.out(`${token.access_token}\n`);
}

async function exchange(api: ApiClient, typed: Arguments, idToken: string) {
  const { json } = await api.send({
    method: 'POST',
    path: '/oidc/exchange',
    body: {
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      subject_token: idToken,
      subject_token_type: 'urn:ietf:params:oauth:token-type:id_token',
      ...given({ repository: typed.optional('repository'), package: typed.optional('package') }),
    },
  });
  const token = exchanged.safeParse(json);
  if (token.success) return token.data;
  throw new CliError('The server answered with something that is no token.', exitCodes.failure);
}

async function logout(session: Session): Promise<void> {
  const { token } = session.environment;
  if (token === undefined) throw new CliError('There is no token in WAYBILL_TOKEN.', exitCodes.usage);
  await new ApiClient(await session.url(), token).send({ method: 'DELETE', path: '/tokens/current' });
  session.terminal.err('The token works no more.\n');
}
