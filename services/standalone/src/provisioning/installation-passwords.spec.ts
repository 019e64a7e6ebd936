import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readPasswords } from './installation-passwords.js';

const long = (letter: string) => letter.repeat(32);

describe('the passwords of an installation', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'waybill-passwords-'));
  });
  afterEach(() => rm(directory, { recursive: true }));

  it('come from a variable, or from a file as a mounted secret has it', async () => {
    await writeFile(join(directory, 'postgres-auth'), `${long('b')}\n`);
    const environment = { WAYBILL_SECRET_NATS_ADAPTER_NPM: long('a'), WAYBILL_SECRETS_DIR: directory };
    const passwordOf = await readPasswords(environment, ['nats-adapter-npm', 'postgres-auth']);
    expect(passwordOf('nats-adapter-npm')).toBe(long('a'));
    expect(passwordOf('postgres-auth')).toBe(long('b'));
  });

  it('are refused all at once when missing, guessable or shared, and repeated in no message (W6)', async () => {
    const environment = {
      WAYBILL_SECRET_NATS_AUTH: 'changeme',
      WAYBILL_SECRET_NATS_PUBLISH: long('c'),
      WAYBILL_SECRET_NATS_SCANNER: long('c'),
    };
    const names = ['nats-auth', 'nats-publish', 'nats-scanner', 'nats-operator'];
    const refusal = await readPasswords(environment, names).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: 'config.invalid', kind: 'invalid' });
    const { message } = refusal as Error;
    expect(message).toContain('nats-auth: needs 24 to 128');
    expect(message).toContain('nats-scanner: the same as nats-publish');
    expect(message).toContain('WAYBILL_SECRET_NATS_OPERATOR: not set');
    expect(message).not.toContain('changeme');
    expect(message).not.toContain(long('c'));
  });

  it('are refused when they would have to be escaped somewhere', async () => {
    const environment = { WAYBILL_SECRET_NATS_AUTH: `${long('d')}"}` };
    await expect(readPasswords(environment, ['nats-auth'])).rejects.toMatchObject({ code: 'config.invalid' });
  });
});
