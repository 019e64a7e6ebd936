import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Environment } from '@waybill/config';
import { DomainError } from '@waybill/domain';

// What needs no escape in an address, a NATS configuration or a shell; short ones could be guessed.
const acceptable = /^[A-Za-z0-9_-]{24,128}$/;

/**
 * The passwords of an installation by their names: `nats-<service>`, `nats-operator`, `postgres-<service>`,
 * `first-admin`. Each is the variable `WAYBILL_SECRET_<NAME>` (upper case, `_` for `-`), else the file of that name in
 * `WAYBILL_SECRETS_DIR`. Errors: `invalid` `config.invalid` naming everything that is missing, too short or used twice; no
 * password is repeated in it.
 */
export async function readPasswords(
  environment: Environment,
  names: readonly string[],
): Promise<(name: string) => string> {
  const found = new Map<string, string>();
  const problems: string[] = [];
  const owners = new Map<string, string>();
  for (const name of names) {
    const password = await read(environment, name);
    const first = password === undefined ? undefined : owners.get(password);
    if (password === undefined)
      problems.push(`${variableOf(name)}: not set, and no file ${name} in WAYBILL_SECRETS_DIR`);
    else if (!acceptable.test(password)) problems.push(`${name}: needs 24 to 128 letters, digits, "-" or "_"`);
    else if (first !== undefined) problems.push(`${name}: the same as ${first}`);
    else {
      found.set(name, password);
      owners.set(password, name);
    }
  }
  if (problems.length > 0) {
    throw new DomainError('invalid', 'config.invalid', `The passwords are not usable. ${problems.join('; ')}`, {
      details: { problems },
    });
  }
  return (name) => {
    const password = found.get(name);
    if (password === undefined) throw new Error(`The password ${name} was not asked for.`);
    return password;
  };
}

function variableOf(name: string): string {
  return `WAYBILL_SECRET_${name.replaceAll('-', '_').toUpperCase()}`;
}

async function read(environment: Environment, name: string): Promise<string | undefined> {
  const value = environment[variableOf(name)];
  if (value !== undefined && value !== '') return value;
  const directory = environment['WAYBILL_SECRETS_DIR'];
  if (directory === undefined || directory === '') return undefined;
  const text = await readFile(join(directory, name), 'utf8').catch(() => undefined);
  return text?.trim();
}
