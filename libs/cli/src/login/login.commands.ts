import { password } from '@inquirer/prompts';
import type { Argv, CommandModule } from 'yargs';
import { z } from 'zod';
import { ApiClient } from '../api/api-client.js';
import { CliError } from '../cli-error.js';
import type { OpenSession } from '../commands/api-command.js';
import { Arguments } from '../commands/arguments.js';
import { installationUrl } from '../credentials/installation-url.js';
import { exitCodes } from '../exit-code.js';
import type { Session } from '../session.js';
import { loginByBrowser } from './browser-login.js';
import { whoAmI } from './who-am-i.js';

const caller = z.looseObject({ username: z.string() });
const maxTokenBytes = 1000;

/** `login`, `logout` and `whoami`. */
export function loginModules(open: OpenSession): readonly CommandModule[] {
  return [
    {
      command: 'login [address]',
      describe: 'Sign in through your browser, or with a token',
      builder: (argv: Argv) =>
        argv
          .positional('address', { type: 'string', describe: 'https://waybill.example' })
          .option('with-token', { type: 'boolean', describe: 'Read a token from standard input, or ask for it' })
          .option('open', {
            type: 'boolean',
            default: true,
            describe: 'Open the browser (--no-open only shows the address)',
          }),
      handler: (typed) => login(open(typed), new Arguments(typed)),
    },
    {
      command: 'logout',
      describe: 'Revoke the stored token and forget it',
      handler: (typed) => logout(open(typed)),
    },
    {
      command: 'whoami',
      describe: 'Who you are to the installation',
      handler: (typed) => whoAmI(open(typed)),
    },
  ];
}

async function login(session: Session, typed: Arguments): Promise<void> {
  const address = typed.optional('address');
  const url = address === undefined ? await session.url() : installationUrl(address);
  const token =
    typed.flag('with-token') === true
      ? await givenToken(session)
      : await loginByBrowser(session, url, { opensBrowser: typed.flag('open') !== false });
  const { json } = await new ApiClient(url, token).send({ method: 'GET', path: '/session' });
  const known = caller.safeParse(json);
  if (!known.success) throw new CliError('That token stands for nobody.', exitCodes.unauthenticated);
  const { username } = known.data;
  const stored = await session.credentials.read();
  await session.credentials.write({
    current: url,
    installations: { ...stored.installations, [url]: { token, username } },
  });
  session.terminal.err(`Signed in to ${url} as ${username}.\n`);
}

async function givenToken(session: Session): Promise<string> {
  const text = session.terminal.isInteractive
    ? await password({ message: 'Token' })
    : await session.terminal.readInput(maxTokenBytes);
  const token = text.trim();
  if (/^wb-[0-9A-Za-z]{46}$/.test(token)) return token;
  throw new CliError('That is no token: one begins with wb- and has 49 characters.', exitCodes.usage);
}

async function logout(session: Session): Promise<void> {
  const url = await session.url();
  const { current, installations } = await session.credentials.read();
  const known = installations[url];
  if (known === undefined) {
    session.terminal.err(`You are not signed in to ${url}.\n`);
    return;
  }
  const rest = Object.fromEntries(Object.entries(installations).filter(([other]) => other !== url));
  await session.credentials.write({
    installations: rest,
    ...(current === undefined || current === url ? {} : { current }),
  });
  try {
    await new ApiClient(url, known.token).send({ method: 'DELETE', path: '/tokens/current' });
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    // It works no more: nothing is left to be revoked.
    if (error.exitCode !== exitCodes.unauthenticated) throw notRevoked(url, error);
  }
  session.terminal.err(`Signed out of ${url}.\n`);
}

function notRevoked(url: string, { message, exitCode, hints }: CliError): CliError {
  return new CliError(`The token is forgotten here, and still works at ${url}: it could not be revoked.`, exitCode, [
    message,
    ...hints,
    'Find it with `waybill tokens list` when you are signed in again, and `waybill tokens revoke <id>` it.',
  ]);
}
