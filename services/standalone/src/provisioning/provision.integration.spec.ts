import { mkdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { jetstreamManager } from '@nats-io/jetstream';
import { readConfig } from '@waybill/config';
import { busRoles } from '@waybill/contracts';
import type { RunningNats, RunningPostgres } from '@waybill/embedded-servers';
import { startNats, startPostgres } from '@waybill/embedded-servers';
import { connectBus, natsServerUsers } from '@waybill/messaging';
import { createLogger } from '@waybill/observability';
import type { HostedConfig, RunningService } from '@waybill/service-host';
import { startService } from '@waybill/service-host';
import { tempDir } from '@waybill/testing';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serviceSecrets } from '../service-secrets.js';
import { services } from '../services.js';
import { makeFirstAdminOfCluster } from './first-admin-of-cluster.js';
import { provisionServers } from './provision-servers.js';

const passwordOf = (name: string) => `${name}-is-the-password-of-a-test`;
const owners = services.filter(({ database }) => database !== undefined).map(({ name }) => name);

// Roles belong to the whole PostgreSQL server, so that this spec has one of its own.
describe('provisioning servers that exist already', () => {
  let directory: Awaited<ReturnType<typeof tempDir>>;
  let postgres: RunningPostgres;
  let nats: RunningNats;
  let environment: Record<string, string>;
  const log = () => undefined;

  beforeAll(async () => {
    directory = await tempDir('provision');
    await mkdir(join(directory.path, 'store'));
    const users = natsServerUsers(busRoles, (user) => passwordOf(`nats-${user}`));
    postgres = await startPostgres({ dataDir: directory.path, log });
    nats = await startNats({ dataDir: directory.path, log, config: { users } });
    environment = {
      WAYBILL_DATABASE_ADMIN_URL: postgres.adminUrl,
      WAYBILL_NATS_URL: nats.url,
      ...secretVariables('nats-operator', 'first-admin', ...owners.map((service) => `postgres-${service}`)),
    };
  });
  afterAll(async () => {
    await nats.stop();
    await postgres.stop();
    await directory.dispose();
  });

  it('makes schemas, streams and consumers, twice the same (W10)', async () => {
    const done = await provisionServers(environment);
    expect(await provisionServers(environment)).toBe(done);
    const operator = await connectBus({
      url: nats.url,
      user: 'operator',
      password: passwordOf('nats-operator'),
      service: 'operator',
    });
    const manager = await jetstreamManager(operator);
    const consumers = await manager.consumers.list('EVENTS').next();
    const expected = busRoles.filter(({ consumes }) => consumes.length > 0).map(({ service }) => service);
    expect(consumers.map(({ name }) => name).sort()).toEqual(expected.sort());
    await operator.close();
  });

  it('gives each service a role that cannot see the schema of another (W10)', async () => {
    await provisionServers(environment);
    const url = new URL(postgres.adminUrl);
    url.username = 'scanner';
    url.password = passwordOf('postgres-scanner');
    const client = new Client({ connectionString: url.href });
    await client.connect();
    await client.query('CREATE TABLE scanner.probe (id int)');
    await expect(client.query('CREATE TABLE publish.probe (id int)')).rejects.toMatchObject({ code: '42501' });
    await client.query('DROP TABLE scanner.probe');
    await client.end();
  });

  it('makes the extensions that services need, which they may not make themselves', async () => {
    await provisionServers(environment);
    const url = new URL(postgres.adminUrl);
    url.username = 'search';
    url.password = passwordOf('postgres-search');
    const client = new Client({ connectionString: url.href });
    await client.connect();
    const extensions = await client.query(`SELECT extname, nspname FROM pg_extension
      JOIN pg_namespace ON pg_namespace.oid = extnamespace WHERE extname = 'pg_trgm'`);
    expect(extensions.rows).toEqual([{ extname: 'pg_trgm', nspname: 'extensions' }]);
    await expect(client.query('CREATE EXTENSION citext SCHEMA search')).rejects.toMatchObject({ code: '42501' });
    await client.end();
  });

  it('makes the first administrator once, over the services that run', async () => {
    await provisionServers(environment);
    const running = await Promise.all(['auth', 'publish'].map((name) => start(name)));
    try {
      const first = await makeFirstAdminOfCluster(environment);
      const second = await makeFirstAdminOfCluster({ ...environment, WAYBILL_FIRST_ORGANIZATION: 'other' });
      expect(first).toBe('Made the administrator admin, organization home and repository main.');
      expect(second).toBe('There are users already; nothing was made.');
    } finally {
      for (const service of running) await service.stop();
    }
  });

  it('waits no longer than it was told for a server that is not there, and names it without its password (W6)', async () => {
    const closed = `127.0.0.1:${await closedPort()}`;
    const database = provisionServers({
      ...environment,
      WAYBILL_PROVISION_SECONDS: '1',
      WAYBILL_DATABASE_ADMIN_URL: `postgres://postgres:hidden-password@${closed}/waybill`,
    });
    const refusal = await database.catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: 'provision.database', kind: 'unavailable' });
    expect((refusal as Error).message).not.toContain('hidden-password');
    const bus = provisionServers({
      ...environment,
      WAYBILL_PROVISION_SECONDS: '1',
      WAYBILL_NATS_URL: `nats://${closed}`,
    });
    await expect(bus).rejects.toMatchObject({ code: 'provision.bus', kind: 'unavailable' });
  });

  it('says at once when the database does not know its role, instead of waiting', async () => {
    const url = new URL(postgres.adminUrl);
    url.password = 'another';
    const wrong = provisionServers({ ...environment, WAYBILL_DATABASE_ADMIN_URL: url.href });
    await expect(wrong).rejects.toMatchObject({ code: 'provision.database' });
  });

  async function start(name: string): Promise<RunningService> {
    const definition = services.find((service) => service.name === name)!;
    const url = new URL(postgres.adminUrl);
    url.username = name;
    url.password = passwordOf(`postgres-${name}`);
    const config = readConfig(definition.config, {
      WAYBILL_NATS_URL: nats.url,
      WAYBILL_NATS_USER: name,
      WAYBILL_NATS_PASSWORD: passwordOf(`nats-${name}`),
      WAYBILL_DATABASE_URL: url.href,
      WAYBILL_STORE_DIR: join(directory.path, 'store'),
      WAYBILL_EXTERNAL_URL: 'https://packages.example',
      ...serviceSecrets(name, (secret) => `${secret}, long enough for what it seals in tests`),
    });
    return startService(definition, config as unknown as HostedConfig & Record<string, unknown>, {
      log: createLogger({ service: name, level: 'silent' }),
    });
  }
});

function secretVariables(...names: string[]): Record<string, string> {
  return Object.fromEntries(
    names.map((name) => [`WAYBILL_SECRET_${name.replaceAll('-', '_').toUpperCase()}`, passwordOf(name)]),
  );
}

async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
