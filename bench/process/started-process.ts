import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as after } from 'node:timers/promises';

const readyMilliseconds = 120_000;
const stopMilliseconds = 30_000;
const askAgainMilliseconds = 20;
const keptOutputCharacters = 8_000;

export interface StartedProcess {
  readonly pid: number;
  /** From the start of the program to its being ready. */
  readonly startMilliseconds: number;
  /** SIGTERM, and SIGKILL when that does not help. */
  stop(): Promise<void>;
}

export interface Program {
  readonly node: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Told what it has written so far. */
  readonly isReady: (output: string) => boolean | Promise<boolean>;
  readonly directory: string;
}

/** Starts a server and waits until it is ready. Throws with the end of its output when it does not. */
export async function startProcess(program: Program): Promise<StartedProcess> {
  const began = performance.now();
  const child = spawn(program.node, program.args, {
    cwd: program.directory,
    env: { ...process.env, NODE_OPTIONS: '', NODE_ENV: 'production', ...program.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const keep = (chunk: Buffer) => (output = (output + chunk.toString()).slice(-keptOutputCharacters));
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const exited = once(child, 'exit');
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  const stop = async () => {
    if (hasEnded()) return;
    const late = setTimeout(() => child.kill('SIGKILL'), stopMilliseconds);
    child.kill('SIGTERM');
    await exited;
    clearTimeout(late);
  };
  while (!(await program.isReady(output))) {
    const isLate = performance.now() - began > readyMilliseconds;
    if (isLate || hasEnded()) {
      await stop();
      throw new Error(`${program.args.join(' ')} ${isLate ? 'was not ready in time' : 'has ended'}.\n${output}`);
    }
    await after(askAgainMilliseconds);
  }
  return { pid: child.pid ?? 0, startMilliseconds: performance.now() - began, stop };
}

/** Whether a GET is answered 2xx. */
export async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url);
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}
