import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { linesOfExport, verifyExport } from '@waybill/audit-chain';
import type { Argv, CommandModule } from 'yargs';
import { z } from 'zod';
import { CliError } from '../cli-error.js';
import type { OpenSession } from '../commands/api-command.js';
import { Arguments } from '../commands/arguments.js';
import { exitCodes } from '../exit-code.js';
import { showThing } from '../output/show.js';
import type { Session } from '../session.js';
import { visible } from '../terminal.js';

const keysAnswer = z.object({ items: z.array(z.object({ publicKey: z.string() })) });

/** `waybill audit verify`: needs nothing but the file and the keys that the installation gave out earlier. */
export function verifyAuditModule(open: OpenSession): CommandModule {
  return {
    command: 'verify <file>',
    describe: 'Check an export (ndjson) without the installation, and say where it was changed',
    builder: (argv: Argv) =>
      argv.positional('file', { type: 'string' }).option('key', {
        type: 'string',
        array: true,
        describe: 'Public key, or a file with one per line; asked of the installation, unless given',
      }),
    handler: async (given) => {
      const typed = new Arguments(given);
      const session = open(given);
      const keys = await keysOf(session, typed.list('key'));
      const result = await verifyExport(linesOfExport(createReadStream(typed.text('file'))), keys);
      if (session.flags.json) showThing(session, result);
      if (!result.ok) {
        const where = `At position ${result.position}: ${result.problem}.`;
        throw new CliError(`${typed.text('file')} does not verify. ${where}`, exitCodes.unverified, [result.message]);
      }
      if (session.flags.json) return;
      const { entries, chain, signedAt, signedBy } = result;
      session.terminal.out(
        `Verified: ${entries} entries of ${visible(chain)}, signed at ${signedAt} by ${visible(signedBy)}.\n`,
      );
    },
  };
}

async function keysOf(session: Session, given: readonly string[] | undefined): Promise<readonly string[]> {
  if (given === undefined) {
    const { json } = await (await session.api()).send({ method: 'GET', path: '/audit/keys' });
    return keysAnswer.parse(json).items.map(({ publicKey }) => publicKey);
  }
  const texts = await Promise.all(given.map((text) => readFile(text, 'utf8').catch(() => text)));
  return texts
    .flatMap((text) => text.split('\n'))
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
