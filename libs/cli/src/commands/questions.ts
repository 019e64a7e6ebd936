import { confirm, password } from '@inquirer/prompts';
import { CliError } from '../cli-error.js';
import { exitCodes } from '../exit-code.js';
import type { Session } from '../session.js';

const maxSecretBytes = 4096;

/** Throws `CliError` unless somebody says yes. */
export async function mustConfirm(session: Session, question: string): Promise<void> {
  if (!session.terminal.isInteractive) {
    throw new CliError(`${question} Say --yes where nobody can be asked.`, exitCodes.usage);
  }
  if (await confirm({ message: question, default: false })) return;
  throw new CliError('Nothing was changed.', exitCodes.failure);
}

/** What every process list would show as an argument: asked for, or the first line of standard input. */
export async function askSecret(session: Session, question: string): Promise<string> {
  const text = session.terminal.isInteractive
    ? await password({ message: question })
    : (await session.terminal.readInput(maxSecretBytes)).replace(/\r?\n[^]*$/, '');
  if (text !== '') return text;
  throw new CliError(`${question}: it is read from standard input, and there was nothing.`, exitCodes.usage);
}
