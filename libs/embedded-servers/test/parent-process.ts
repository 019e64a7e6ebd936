import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export interface ParentProcess {
  readonly pid: number;
  /** What the program printed when its servers were ready. */
  readonly printed: { postgresPid: number; natsPid: number; adminUrl: string; natsUrl: string };
  kill(signal: NodeJS.Signals): Promise<void>;
}

/** Another process that opens the data directory and starts the servers, to be killed. Runs from the sources. */
export async function startParentProcess(dataDir: string): Promise<ParentProcess> {
  const child = spawn(
    process.execPath,
    ['--conditions=waybill-source', join(import.meta.dirname, 'fixtures/parent.mjs'), dataDir],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const line = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', resolve);
    child.once('exit', () => reject(new Error('The process ended before its servers were ready.')));
  });
  return {
    pid: child.pid ?? 0,
    printed: JSON.parse(line) as ParentProcess['printed'],
    kill: async (signal) => {
      child.kill(signal);
      await ended;
    },
  };
}
