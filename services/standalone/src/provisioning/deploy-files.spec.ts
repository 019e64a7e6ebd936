import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { readConfig } from '@waybill/config';
import { busRoles } from '@waybill/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { services } from '../services.js';
import { readPasswords } from './installation-passwords.js';
import { natsServerConfig } from './nats-server-config.js';

const deploy = join(import.meta.dirname, '../../../../deploy');
const run = promisify(execFile);

interface ComposeFile {
  readonly services: Readonly<Record<string, { command?: string[]; environment?: Record<string, string> }>>;
}

describe('the compose file', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'waybill-deploy-'));
  });
  afterEach(() => rm(directory, { recursive: true }));

  it('gets all passwords from make-secrets.sh, readable by its owner only and shared with no other installation', async () => {
    const one = await makeSecrets(join(directory, 'one'));
    const other = await makeSecrets(join(directory, 'other'));
    expect((await stat(join(directory, 'one'))).mode & 0o077).toBe(0);
    expect(Object.keys(one)).toEqual(Object.keys(other));
    for (const [name, password] of Object.entries(one)) expect(other[name]).not.toBe(password);
    const owners = services.filter(({ database }) => database !== undefined).map(({ name }) => `postgres-${name}`);
    await expect(readPasswords(one, ['nats-operator', 'first-admin', ...owners])).resolves.toBeTypeOf('function');
    await expect(natsServerConfig(one)).resolves.toContain('adapter-npm');
  });

  it('keeps passwords when make-secrets.sh runs again', async () => {
    const file = join(directory, 'env');
    expect(await makeSecrets(file)).toEqual(await makeSecrets(file));
  });

  it('has every service under its own name, with a configuration that the service takes (W10)', async () => {
    const compose = parse(await readFile(join(deploy, 'compose.yaml'), 'utf8'), { merge: true }) as ComposeFile;
    const secrets = await makeSecrets(join(directory, 'env'));
    for (const { name, config } of services) {
      const service = compose.services[name];
      expect(service?.command).toEqual([`services/${name}/dist/main.js`]);
      const environment = interpolate(service?.environment ?? {}, secrets);
      expect(readConfig(config, environment)).toMatchObject({ WAYBILL_NATS_USER: name });
      expect(environment['WAYBILL_NATS_PASSWORD']).toBe(secrets[variable(`nats-${name}`)]);
    }
    expect(services.map(({ name }) => name).sort()).toEqual(busRoles.map(({ service }) => service).sort());
  });

  it('holds no password, and does not start without them', async () => {
    const text = await readFile(join(deploy, 'compose.yaml'), 'utf8');
    const uses = [...text.matchAll(/\$\{WAYBILL_SECRET_[^}]*\}/g)].map(([use]) => use);
    expect(uses.length).toBeGreaterThan(0);
    for (const use of uses) expect(use).toContain(':?');
  });
});

async function makeSecrets(file: string): Promise<Record<string, string>> {
  await run('sh', [join(deploy, 'make-secrets.sh'), file]);
  const lines = (await readFile(file, 'utf8')).trim().split('\n');
  return Object.fromEntries(lines.map((line) => line.split('=') as [string, string]));
}

function variable(name: string): string {
  return `WAYBILL_SECRET_${name.replaceAll('-', '_').toUpperCase()}`;
}

/** As compose does: `${NAME:?message}` and `${NAME:-default}`. */
function interpolate(environment: Record<string, string>, values: Record<string, string>): Record<string, string> {
  const filled = Object.entries(environment).map(([name, text]) => [
    name,
    text.replace(
      /\$\{(\w+):(?:\?[^}]*|-([^}]*))\}/g,
      (_use, key: string, otherwise = '') => values[key] ?? String(otherwise),
    ),
  ]);
  return Object.fromEntries(filled) as Record<string, string>;
}
