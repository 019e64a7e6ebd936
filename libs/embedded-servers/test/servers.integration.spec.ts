import { mkdir, mkdtemp, readdir, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { Client } from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { NatsUser } from '../src/index.js';
import { readInstallationSecrets, startNats, startPostgres } from '../src/index.js';
import { isAlive, startOf } from '../src/process/process-identity.js';
import { startParentProcess } from './parent-process.js';

let dataDir: string;
const lines: string[] = [];
const log = (line: string): void => void lines.push(line);

beforeEach(async () => {
  lines.length = 0;
  // As the data directory of root's: nobody else may walk into it.
  const parent = await realpath(await mkdtemp(join(tmpdir(), 'waybill-servers-')));
  dataDir = join(parent, 'data');
  await mkdir(dataDir, { mode: 0o700 });
});

afterEach(async () => {
  await rm(join(dataDir, '..'), { recursive: true, force: true });
});

async function ask(url: string, sql: string): Promise<unknown> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const result = await client.query<Record<string, unknown>>(sql);
    return Object.values(result.rows[0] ?? {})[0];
  } finally {
    await client.end();
  }
}

async function hasEnded(pid: number): Promise<boolean> {
  return !isAlive(pid) || (await startOf(pid)) === undefined;
}

describe('startPostgres', () => {
  it('makes a cluster with passwords for everybody, on loopback only, durable', async () => {
    const postgres = await startPostgres({ dataDir, log });
    const { adminUrl } = postgres;
    expect(await ask(adminUrl, 'SHOW listen_addresses')).toBe('127.0.0.1');
    expect(await ask(adminUrl, 'SELECT inet_server_addr()')).toBeNull();
    expect((await stat(join(dataDir, 'postgres'))).mode & 0o777).toBe(0o700);
    expect(await ask(adminUrl, 'SHOW fsync')).toBe('on');
    expect(
      await ask(adminUrl, `SELECT count(*)::int FROM pg_hba_file_rules WHERE auth_method <> 'scram-sha-256'`),
    ).toBe(0);
    expect(
      await ask(adminUrl, `SELECT rolpassword LIKE 'SCRAM-SHA-256$%' FROM pg_authid WHERE rolname = 'waybill'`),
    ).toBe(true);
    await expect(ask(adminUrl.replace(postgres.adminPassword, 'wrong'), 'SELECT 1')).rejects.toThrow(/password/);
    expect((await stat(join(dataDir, 'secrets.json'))).mode & 0o777).toBe(0o600);
    await postgres.stop();
    expect(await postgres.ended).toBe('exit 0');
  });

  it('listens on TCP alone where the path is too long for a socket', async () => {
    const long = join(dataDir, 'a'.repeat(100));
    await mkdir(long, { mode: 0o700 });
    const postgres = await startPostgres({ dataDir: long, log });
    expect(await ask(postgres.adminUrl, 'SHOW unix_socket_directories')).toBe('');
    expect(await ask(postgres.adminUrl, 'SELECT inet_server_addr()')).toBe('127.0.0.1');
    await postgres.stop();
  });

  it('is not kept from starting by the socket of a dead server whose number lives again', async () => {
    const first = await startPostgres({ dataDir, log });
    await first.stop();
    const left = join(dataDir, `postgres/.s.PGSQL.${first.port}`);
    await writeFile(left, '');
    await writeFile(`${left}.lock`, `${process.pid}\n${dataDir}\n`);
    const second = await startPostgres({ dataDir, log, port: first.port });
    expect(await ask(second.adminUrl, 'SELECT inet_server_addr()')).toBeNull();
    await second.stop();
  });

  it('starts an existing directory within two seconds, with everything still there', async () => {
    const first = await startPostgres({ dataDir, log });
    await ask(first.adminUrl, 'CREATE TABLE kept AS SELECT 7 AS value');
    await first.stop();
    const began = performance.now();
    const second = await startPostgres({ dataDir, log });
    expect(performance.now() - began).toBeLessThan(2_000);
    expect(await ask(second.adminUrl, 'SELECT value FROM kept')).toBe(7);
    await second.stop();
  });

  it('runs two installations side by side, with passwords of their own', async () => {
    const other = join(dataDir, '..', 'other');
    await mkdir(other, { mode: 0o700 });
    const running = await Promise.all([startPostgres({ dataDir, log }), startPostgres({ dataDir: other, log })]);
    const [one, two] = running;
    expect(one.port).not.toBe(two.port);
    expect(one.adminPassword).not.toBe(two.adminPassword);
    await Promise.all(running.map((postgres) => postgres.stop()));
  });

  it('starts again after the server was killed in the middle of its work', async () => {
    const first = await startPostgres({ dataDir, log });
    await ask(first.adminUrl, 'CREATE TABLE kept AS SELECT 7 AS value');
    process.kill(Number((await readFile(join(dataDir, 'postgres/postmaster.pid'), 'utf8')).split('\n')[0]), 'SIGKILL');
    expect(await first.ended).toBe('signal SIGKILL');
    const second = await startPostgres({ dataDir, log });
    expect(await ask(second.adminUrl, 'SELECT value FROM kept')).toBe(7);
    await second.stop();
  });

  it('takes over from a server that still runs for nobody', async () => {
    const orphan = await startPostgres({ dataDir, log });
    const next = await startPostgres({ dataDir, log });
    expect(await orphan.ended).toBe('exit 0');
    expect(lines.some((line) => line.includes('of an earlier start'))).toBe(true);
    expect(await ask(next.adminUrl, 'SELECT 1')).toBe(1);
    await next.stop();
  });

  it('leaves a program alone that has the number of a dead server by now', async () => {
    await (await startPostgres({ dataDir, log })).stop();
    await writeFile(join(dataDir, 'postgres/postmaster.pid'), `${process.pid}\n${dataDir}\n`);
    const postgres = await startPostgres({ dataDir, log });
    expect(await ask(postgres.adminUrl, 'SELECT 1')).toBe(1);
    await postgres.stop();
  });

  it('begins anew after a first start that was killed half-way', async () => {
    await mkdir(join(dataDir, 'postgres.new'));
    await writeFile(join(dataDir, 'postgres.new/PG_VERSION'), '');
    const postgres = await startPostgres({ dataDir, log });
    await postgres.stop();
    expect(await readdir(dataDir)).not.toContain('postgres.new');
  });

  it('refuses a cluster of another major version with one sentence', async () => {
    await mkdir(join(dataDir, 'postgres'));
    await writeFile(join(dataDir, 'postgres/PG_VERSION'), '15\n');
    await expect(startPostgres({ dataDir, log })).rejects.toMatchObject({ code: 'postgres.version' });
  });
});

describe('startNats', () => {
  const auth: NatsUser = {
    user: 'auth',
    password: 'auth-password',
    permissions: { publish: { allow: ['event.auth.>'] }, subscribe: { allow: [] }, allowResponses: true },
  };

  it('lets each user do what the configuration names and nothing else (W10)', async () => {
    const nats = await startNats({ dataDir, log, config: { users: [auth, { user: 'op', password: 'op-password' }] } });
    expect((await stat(join(dataDir, 'nats/nats-server.conf'))).mode & 0o777).toBe(0o600);
    await expect(connect({ servers: nats.url, reconnect: false })).rejects.toThrow(/authorization/i);
    const connection = await connect({ servers: nats.url, user: auth.user, pass: auth.password });
    const heard = await connect({ servers: nats.url, user: 'op', pass: 'op-password' });
    const seen: string[] = [];
    heard.subscribe('>', { callback: (_error, message) => void seen.push(message.subject) });
    await heard.flush();
    connection.publish('event.publish.x');
    connection.publish('event.auth.x');
    await connection.flush();
    await heard.flush();
    expect(seen).toEqual(['event.auth.x']);
    const forbidden = connection.subscribe('event.>');
    await expect(forbidden[Symbol.asyncIterator]().next()).rejects.toThrow(/permissions/i);
    await Promise.all([connection.close(), heard.close()]);
    await nats.stop();
    expect(await nats.ended).toMatch(/^exit /);
  });

  it('keeps its streams over a stop and a kill', async () => {
    const first = await startNats({ dataDir, log, config: {} });
    const connection = await connect({ servers: first.url });
    await (await jetstreamManager(connection)).streams.add({ name: 'EVENTS', subjects: ['event.>'] });
    await connection.close();
    process.kill(Number(await readFile(join(dataDir, 'nats/nats-server.pid'), 'utf8')), 'SIGKILL');
    await first.ended;
    const second = await startNats({ dataDir, log, config: {} });
    const again = await connect({ servers: second.url });
    expect((await (await jetstreamManager(again)).streams.info('EVENTS')).config.subjects).toEqual(['event.>']);
    expect(again.info?.max_payload).toBe(1024 * 1024);
    await again.close();
    await second.stop();
  });

  it('takes over from a server that still runs for nobody', async () => {
    const orphan = await startNats({ dataDir, log, config: {} });
    const next = await startNats({ dataDir, log, config: {} });
    expect(await orphan.ended).toMatch(/^exit /);
    await (await connect({ servers: next.url })).close();
    await next.stop();
  });

  it('says in one sentence why the server did not start', async () => {
    await expect(startNats({ dataDir, log, config: {}, program: '/nonexistent/nats-server' })).rejects.toMatchObject({
      code: 'nats.not-started',
    });
  });
});

describe('a parent that is killed', () => {
  it('takes its servers with it, and the directory starts again at once', async () => {
    const parent = await startParentProcess(dataDir);
    const { printed } = parent;
    await ask(printed.adminUrl, 'CREATE TABLE kept AS SELECT 7 AS value');
    await parent.kill('SIGKILL');
    // No waiting: the next start meets them on their way out.
    const next = await startParentProcess(dataDir);
    expect(await ask(next.printed.adminUrl, 'SELECT value FROM kept')).toBe(7);
    expect(await hasEnded(printed.postgresPid)).toBe(true);
    expect(await hasEnded(printed.natsPid)).toBe(true);
    expect(readInstallationSecrets(dataDir).secret('postgres-admin')).toBe(new URL(printed.adminUrl).password);
    await next.kill('SIGKILL');
    await expect.poll(() => hasEnded(next.printed.postgresPid), { timeout: 15_000 }).toBe(true);
    await expect.poll(() => hasEnded(next.printed.natsPid), { timeout: 15_000 }).toBe(true);
  });

  it('lets no second process into its directory while it lives', async () => {
    const parent = await startParentProcess(dataDir);
    await expect(startParentProcess(dataDir)).rejects.toThrow('ended before');
    await parent.kill('SIGKILL');
    await expect.poll(() => hasEnded(parent.printed.postgresPid), { timeout: 15_000 }).toBe(true);
  });
});
