import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { DomainError } from '@waybill/domain';

import { readInstallationSecrets } from '../data-directory/installation-secrets.js';
import type { ChildServer, ServerLog } from '../process/child-server.js';
import { startChildServer } from '../process/child-server.js';
import { freePort } from '../process/free-port.js';
import type { PostgresCluster } from './postgres-cluster.js';
import { adminUser, ensureCluster, pathForPrograms } from './postgres-cluster.js';
import { endOrphanedPostgres } from './postgres-orphan.js';
import { postgresOwner } from './postgres-owner.js';
import { postgresPrograms } from './postgres-programs.js';
import { isReachable, removeStaleSockets, socketFits } from './unix-socket.js';

const host = '127.0.0.1';
const maxAttempts = 8;
const pauseMs = 250;
/** Recovery after a crash replays at most a checkpoint's worth of log; this is far beyond it. */
const readyWithinMs = 120_000;

export interface PostgresOptions {
  /** The directory of the installation, opened with openDataDirectory; the cluster is its folder `postgres`. */
  readonly dataDir: string;
  readonly log: ServerLog;
  /** A free one unless given. */
  readonly port?: number;
  /** Gives up waiting for the start. */
  readonly signal?: AbortSignal;
  /** Settings of postgresql.conf on top of Waybill's own. */
  readonly settings?: Readonly<Record<string, string>>;
}

export interface RunningPostgres {
  readonly host: string;
  readonly port: number;
  readonly adminUser: string;
  readonly adminPassword: string;
  /**
   * `postgres://user:password@127.0.0.1:port/postgres?host=…`, with the directory of the Unix socket, which costs less than
   * TCP; without `host` where the path of the directory is too long for one, or the file system has no sockets.
   */
  readonly adminUrl: string;
  /** Resolves when the server is gone, whoever ended it: `exit 0`, `signal SIGKILL`. */
  readonly ended: Promise<string>;
  /** Disconnects everybody, writes a checkpoint and ends. */
  stop(): Promise<void>;
}

/**
 * Starts the embedded PostgreSQL on a free loopback port: 0.6 s for a new directory, 0.1 s for an existing one. What a
 * killed process left behind is taken over. Throws DomainError `postgres.*` with a sentence for the operator.
 */
export async function startPostgres(options: PostgresOptions): Promise<RunningPostgres> {
  const { dataDir, log, signal } = options;
  const adminPassword = readInstallationSecrets(dataDir).secret('postgres-admin');
  const owner = await postgresOwner();
  const directory = join(resolve(dataDir), 'postgres');
  const cluster: PostgresCluster = { directory, owner, programs: await postgresPrograms(owner) };
  await ensureCluster(cluster, adminPassword);
  await endOrphanedPostgres(directory, log);
  await removeStaleSockets(directory);
  let hasSocket = socketFits(directory);
  for (let attempt = 1; ; attempt += 1) {
    signal?.throwIfAborted();
    const port = options.port ?? (await freePort());
    const outcome = await tryToStart(cluster, { port, hasSocket }, options);
    if (outcome.started) {
      const { child } = outcome;
      const way = hasSocket && (await isReachable(directory, port)) ? `?host=${encodeURIComponent(directory)}` : '';
      const adminUrl = `postgres://${adminUser}:${adminPassword}@${host}:${port}/postgres${way}`;
      return { host, port, adminUser, adminPassword, adminUrl, ended: child.ended, stop: () => child.stop() };
    }
    // The port went to somebody else, or the backends of a killed server are on their way out.
    const isPassing =
      /could not create any (?:TCP\/IP|Unix-domain) sockets|shared memory block .* is still in use/.test(outcome.said);
    if (!isPassing || attempt === maxAttempts) throw notStarted(outcome.said);
    hasSocket &&= !outcome.said.includes('could not create any Unix-domain sockets');
    await delay(pauseMs);
  }
}

interface Listening {
  readonly port: number;
  readonly hasSocket: boolean;
}

type Outcome = { started: true; child: ChildServer } | { started: false; said: string };

async function tryToStart(cluster: PostgresCluster, where: Listening, options: PostgresOptions): Promise<Outcome> {
  const said: string[] = [];
  const ready = Promise.withResolvers<undefined>();
  const child = startChildServer({
    program: cluster.programs.postgres,
    args: ['-D', pathForPrograms(cluster), ...settingsFor(where, options.settings)],
    cwd: cluster.directory,
    owner: cluster.owner,
    endSignal: 'SIGINT',
    onLine(line) {
      options.log(line);
      if (said.length < 100) said.push(line);
      if (line.includes('database system is ready to accept connections')) ready.resolve(undefined);
    },
  });
  const limit = AbortSignal.timeout(readyWithinMs);
  const stopWaiting = options.signal === undefined ? limit : AbortSignal.any([limit, options.signal]);
  stopWaiting.addEventListener('abort', () => ready.reject(stopWaiting.reason as Error), { once: true });
  try {
    const end = await Promise.race([ready.promise, child.ended]);
    return end === undefined ? { started: true, child } : { started: false, said: [...said, end].join('\n') };
  } catch (error) {
    await child.stop();
    if (options.signal?.aborted === true) throw error;
    return { started: false, said: [...said, `not ready within ${readyWithinMs / 1000} s`].join('\n') };
  }
}

function settingsFor({ port, hasSocket }: Listening, more: Readonly<Record<string, string>> = {}): string[] {
  const settings = {
    port: String(port),
    listen_addresses: host,
    // The directory that it works in: the cluster's, which nobody else may enter (0700).
    unix_socket_directories: hasSocket ? '.' : '',
    password_encryption: 'scram-sha-256',
    fsync: 'on',
    max_connections: '200',
    jit: 'off',
    cluster_name: 'waybill',
    log_checkpoints: 'off',
    ...more,
  };
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

function notStarted(said: string): DomainError {
  const lines = said.split('\n');
  const reason = lines.find((line) => /FATAL|ERROR/.test(line)) ?? lines.at(-1) ?? '';
  return new DomainError('unavailable', 'postgres.not-started', `PostgreSQL did not start: ${reason}`, {
    details: { log: lines.slice(-20) },
  });
}
