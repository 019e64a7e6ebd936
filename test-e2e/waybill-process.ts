import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { eventually, freePort, tempDir } from '@waybill/testing';

const root = join(import.meta.dirname, '..');
const readyMilliseconds = 120_000;
const stopMilliseconds = 30_000;
const refusalMilliseconds = 60_000;

export interface Admin {
  readonly url: string;
  readonly username: string;
  readonly password: string;
  readonly token: string;
}

export interface WaybillProcess {
  readonly url: string;
  readonly dataDir: string;
  readonly admin: Admin;
  readonly pid: number;
  readonly output: () => string;
  /** SIGTERM; resolves to the exit code. */
  stop(): Promise<number | null>;
  /** SIGKILL of the process alone: what it started has to notice by itself. */
  kill(): Promise<void>;
  /** Starts again on the same port and directory. */
  restart(): Promise<WaybillProcess>;
  /** Stops it and removes its directory. */
  dispose(): Promise<void>;
}

export interface StartOptions {
  readonly dataDir?: string;
  readonly port?: number;
  readonly separateProcesses?: boolean;
  /** `npm start`, as a person types it; the process is npm's then. */
  readonly throughNpm?: boolean;
  readonly environment?: Readonly<Record<string, string>>;
}

/** A whole Waybill, started as `npm start` starts it after its installation and build. */
export async function startWaybill(options: StartOptions = {}): Promise<WaybillProcess> {
  const dataDir = options.dataDir ?? (await tempDir('waybill')).path;
  const port = options.port ?? (await freePort());
  const { child, output } = launch({ ...options, dataDir, port });
  await readyOf(child, output).catch(async (error: unknown) => {
    await endOf(child);
    if (options.dataDir === undefined) await rm(dataDir, { recursive: true, force: true, maxRetries: 3 });
    throw error;
  });
  const admin = JSON.parse(await readFile(join(dataDir, 'first-admin.json'), 'utf8')) as Admin;
  const exited = once(child, 'exit') as Promise<[number | null]>;
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
    return (await exited)[0];
  };
  return {
    url: admin.url,
    dataDir,
    admin,
    pid: child.pid ?? 0,
    output,
    stop,
    kill: async () => {
      child.kill('SIGKILL');
      await exited;
      // What it started notices by itself, a moment later.
      await eventually(async () => {
        if (await isListening(port)) throw new Error('Somebody still listens.');
      });
    },
    restart: () => startWaybill({ ...options, dataDir, port }),
    dispose: async () => {
      await stop();
      await rm(dataDir, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

/** Runs it to its end, for what must not start. */
export async function runWaybill(
  environment: Readonly<Record<string, string>>,
): Promise<{ code: number | null; stderr: string }> {
  const child = spawn(process.execPath, [join(root, 'tools/start.mjs')], {
    cwd: root,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: refusalMilliseconds,
  });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const [code] = (await once(child, 'exit')) as [number | null];
  return { code, stderr };
}

function launch(options: StartOptions & { dataDir: string; port: number }) {
  const args = ['--enable-source-maps', join(root, 'services/standalone/dist/main.js')];
  const [program, programArgs] =
    options.throughNpm === true
      ? ['npm', ['start']]
      : [process.execPath, options.separateProcesses === true ? [...args, '--separate-processes'] : args];
  const child = spawn(program, programArgs, {
    cwd: root,
    env: {
      ...process.env,
      NODE_OPTIONS: '',
      WAYBILL_HOST: '127.0.0.1',
      WAYBILL_PORT: String(options.port),
      WAYBILL_DATA_DIR: options.dataDir,
      WAYBILL_LOG_LEVEL: 'warn',
      ...options.environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()));
  return { child, output: () => text };
}

function readyOf(child: ChildProcess, output: () => string): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (why: string) => reject(new Error(`Waybill ${why}.\n${output()}`));
    const timer = setTimeout(() => fail('was not ready in time'), readyMilliseconds);
    const done = () => {
      clearTimeout(timer);
      child.stdout?.off('data', look);
    };
    const look = () => {
      if (!output().includes('Waybill is ready at')) return;
      done();
      resolve();
    };
    child.stdout?.on('data', look);
    child.once('exit', (code) => {
      done();
      fail(`ended with ${String(code)} before it was ready`);
    });
  });
}

/** Lets it stop what it has started, for as long as that may take. */
async function endOf(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  const late = setTimeout(() => child.kill('SIGKILL'), stopMilliseconds);
  child.kill('SIGTERM');
  await exited;
  clearTimeout(late);
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
