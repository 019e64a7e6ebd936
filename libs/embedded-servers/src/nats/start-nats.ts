import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { DomainError } from '@waybill/domain';

import { writeDurably } from '../data-directory/write-durably.js';
import type { ServerLog } from '../process/child-server.js';
import { startChildServer } from '../process/child-server.js';
import { commandOf, endProcess, isAlive } from '../process/process-identity.js';
import type { NatsConfig } from './nats-config.js';
import { natsConfigText } from './nats-config.js';
import { resolveNatsServer } from './resolve-nats-server.js';

const readyWithinMs = 60_000;

export interface NatsOptions {
  /** The directory of the installation; configuration and streams are in its folder `nats`. */
  readonly dataDir: string;
  readonly config: NatsConfig;
  readonly log: ServerLog;
  /** Path of nats-server; found with resolveNatsServer when not given. */
  readonly program?: string;
}

export interface RunningNats {
  /** `nats://127.0.0.1:<port>`; user and password are the configuration's. */
  readonly url: string;
  readonly port: number;
  /** Resolves when the server is gone, whoever ended it. */
  readonly ended: Promise<string>;
  stop(): Promise<void>;
}

/** Starts nats-server with JetStream on a free loopback port. Throws DomainError `nats.*`. */
export async function startNats(options: NatsOptions): Promise<RunningNats> {
  const { config, log } = options;
  const program = options.program ?? (await resolveNatsServer({ log }));
  const directory = join(resolve(options.dataDir), 'nats');
  const files = {
    storeDir: join(directory, 'store'),
    pidFile: join(directory, 'nats-server.pid'),
    serverName: await serverNameIn(directory),
  };
  const configFile = join(directory, 'nats-server.conf');
  await endOrphan(files.pidFile, configFile, log);
  writeDurably(configFile, natsConfigText(config, files));

  const said: string[] = [];
  const ready = Promise.withResolvers<number>();
  let port = 0;
  const child = startChildServer({
    program,
    args: ['-c', configFile],
    cwd: directory,
    endSignal: 'SIGTERM',
    onLine(line) {
      log(line);
      if (said.length < 100) said.push(line);
      const listening = /Listening for client connections on \S+:(\d+)/.exec(line)?.[1];
      if (listening !== undefined) port = Number(listening);
      if (line.includes('Server is ready')) ready.resolve(port);
    },
  });
  const limit = setTimeout(() => ready.resolve(0), readyWithinMs);
  const outcome = await Promise.race([ready.promise, child.ended]);
  clearTimeout(limit);
  if (typeof outcome === 'string' || outcome === 0) {
    await child.stop(1_000);
    const reason = said.find((line) => /\[(FTL|ERR)\]|nats-server:/.test(line)) ?? said.at(-1) ?? outcome;
    throw new DomainError('unavailable', 'nats.not-started', `nats-server did not start: ${reason}`, {
      details: { log: said.slice(-20) },
    });
  }
  return {
    url: `nats://127.0.0.1:${outcome}`,
    port: outcome,
    ended: child.ended,
    stop: () => child.stop(),
  };
}

/** JetStream asks for a name that stays. */
async function serverNameIn(directory: string): Promise<string> {
  await mkdir(join(directory, 'store'), { recursive: true, mode: 0o700 });
  const path = join(directory, 'server-name');
  const known = await readFile(path, 'utf8').catch(() => undefined);
  if (known !== undefined && /^waybill-[0-9a-f]+$/.test(known)) return known;
  const name = `waybill-${randomBytes(6).toString('hex')}`;
  await writeFile(path, name, { mode: 0o600 });
  return name;
}

/** The pid file may name a server of a killed parent, or a number that another program has by now. */
async function endOrphan(pidFile: string, configFile: string, log: ServerLog): Promise<void> {
  const pid = Number(await readFile(pidFile, 'utf8').catch(() => '0'));
  if (!Number.isSafeInteger(pid) || pid <= 1 || !isAlive(pid)) return;
  if ((await commandOf(pid))?.includes(configFile) !== true) return;
  log(`nats-server (process ${pid}) of an earlier start still runs and is ended.`);
  const gone = await endProcess(pid, [
    { signal: 'SIGTERM', waitMs: 8_000 },
    { signal: 'SIGKILL', waitMs: 5_000 },
  ]);
  if (!gone) throw new DomainError('unavailable', 'nats.orphan', `nats-server (process ${pid}) cannot be ended.`);
}
