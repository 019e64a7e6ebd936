import { linesOfExport, verifyExport } from '@waybill/audit-chain';
import type { Argv, CommandModule } from 'yargs';
import { CliError } from '../cli-error.js';
import type { OpenSession } from '../commands/api-command.js';
import { Arguments } from '../commands/arguments.js';
import { exitCodes } from '../exit-code.js';
import { bytesOfFile } from '../files/own-files.js';
import { showThing } from '../output/show.js';
import { visible } from '../terminal.js';
import { verificationKeys } from './verification-keys.js';

/** `waybill audit verify`: needs nothing but the file and the keys that the installation gave out earlier. */
export function verifyAuditModule(open: OpenSession): CommandModule {
  return {
    command: 'verify <file>',
    describe: 'Check an export (ndjson) without the installation, and say where it was changed',
    builder: (argv: Argv) =>
      argv.positional('file', { type: 'string' }).option('key', {
        type: 'string',
        array: true,
        describe: 'Public key, or a file with one per line; without it those that the installation gives out today',
      }),
    handler: async (given) => {
      const typed = new Arguments(given);
      const session = open(given);
      const lines = linesOfExport(await bytesOfFile(typed.text('file')));
      const keys = await verificationKeys(session, typed.list('key'));
      const result = await verifyExport(lines, keys);
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
