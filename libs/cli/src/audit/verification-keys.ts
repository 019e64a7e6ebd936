import type { KnownKey } from '@waybill/audit-chain';
import { parseNoteKey } from '@waybill/audit-chain';
import { z } from 'zod';
import { CliError } from '../cli-error.js';
import { exitCodes } from '../exit-code.js';
import { textOfFile } from '../files/own-files.js';
import type { Session } from '../session.js';

const time = z.iso.datetime().transform((text) => new Date(text));
const keysAnswer = z.object({
  items: z.array(
    z.object({ publicKey: z.string(), createdAt: time.optional(), retiredAt: time.nullable().optional() }),
  ),
});

/** The keys that the installation gives out, and when they sign, newest first. Throws like any request. */
export async function keysOfInstallation(session: Session): Promise<readonly KnownKey[]> {
  const { json } = await (await session.api()).send({ method: 'GET', path: '/audit/keys' });
  return keysAnswer.parse(json).items.map(({ publicKey, createdAt, retiredAt }) => ({
    publicKey,
    from: createdAt,
    until: retiredAt ?? undefined,
  }));
}

/** The keys to verify with: those that were given, or the installation's of today, which proves less. */
export async function verificationKeys(
  session: Session,
  given: readonly string[] | undefined,
): Promise<readonly (string | KnownKey)[]> {
  if (given !== undefined) return keysThatWereGiven(given);
  const keys = await keysOfInstallation(session).catch((error: unknown) => {
    if (error instanceof CliError) throw withoutInstallation(error);
    throw error;
  });
  session.terminal.err(
    `With the keys that ${await session.url()} gives out today. Who can change an export there could change them as well:\n` +
      'keep the keys elsewhere (waybill audit keys --out keys.txt), and verify with --key keys.txt.\n',
  );
  return keys;
}

async function keysThatWereGiven(given: readonly string[]): Promise<readonly string[]> {
  const keys = (await Promise.all(given.map(keysOf))).flat();
  if (keys.length === 0) throw new CliError('--key needs a public key, or a file of them.', exitCodes.usage);
  return keys;
}

/** Of one `--key`: it is a key itself, or a file with one per line. */
async function keysOf(text: string): Promise<readonly string[]> {
  if (parseNoteKey(text) !== undefined) return [text];
  const lines = (await textOfFile(text)).split('\n').map((line) => line.trim());
  const keys = lines.filter((line) => line !== '');
  if (keys.length > 0 && keys.every((key) => parseNoteKey(key) !== undefined)) return keys;
  throw new CliError(`${text} is no file of public keys: they look like name+0a1b2c3d+Abc…`, exitCodes.usage, [
    'waybill audit keys --out keys.txt writes one.',
  ]);
}

function withoutInstallation({ message, exitCode, hints, code }: CliError): CliError {
  const how = 'Without the installation: waybill audit verify <file> --key keys.txt, with the keys that you have kept';
  return new CliError(
    `The keys were to come from the installation. ${message}`,
    exitCode,
    [...hints, `${how} (waybill audit keys --out keys.txt).`],
    code,
  );
}
