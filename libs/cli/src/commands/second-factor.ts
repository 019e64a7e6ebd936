import { CliError } from '../cli-error.js';
import type { Session } from '../session.js';
import { askSecret } from './questions.js';

/** Of commands that what is stolen must not run alone. */
export const secondFactorOption = {
  code: { type: 'string', describe: 'Of your second factor, if you have one; asked for where it is needed' },
} as const;

/** Sends it, and once more with a code where one is needed, and somebody is there to give it. */
export async function sentWithCode<Answer>(
  session: Session,
  send: (code?: string) => Promise<Answer>,
): Promise<Answer> {
  try {
    return await send();
  } catch (error) {
    if (!session.terminal.isInteractive || !isCodeNeeded(error)) throw error;
    return send(await askSecret(session, 'Code of your second factor'));
  }
}

function isCodeNeeded(error: unknown): boolean {
  return error instanceof CliError && error.code === 'login.second-factor-needed';
}
