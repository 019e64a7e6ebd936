import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { LoadGenerator, LoadRequest, LoadResult } from './load.js';

const execute = promisify(execFile);
const millisecondsPerUnit: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1000, m: 60_000 };

/** wrk of the system (a Debian package), one thread. */
export const wrk: LoadGenerator = { name: 'wrk', run: runWrk };

export async function isWrkInstalled(): Promise<boolean> {
  // It prints its usage and fails; only a program that is not there has no number as its code.
  return execute('wrk', ['--version']).then(
    () => true,
    (error: unknown) => error instanceof Error && 'code' in error && typeof error.code === 'number',
  );
}

async function runWrk({ url, headers, connections, seconds }: LoadRequest): Promise<LoadResult> {
  const headerArgs = Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`]);
  const counts = ['-t1', `-c${connections}`, `-d${seconds}s`, '--timeout', '30s'];
  const { stdout } = await execute('wrk', [...counts, '--latency', ...headerArgs, url]);
  const problem = /Non-2xx or 3xx responses:.*|Socket errors:.*/.exec(stdout)?.[0];
  if (problem !== undefined) throw new Error(`${url}: ${problem}`);
  return {
    requests: numberOf(/(\d+) requests in/.exec(stdout)),
    requestsPerSecond: numberOf(/Requests\/sec:\s+([\d.]+)/.exec(stdout)),
    p50Milliseconds: durationOf(/50%\s+([\d.]+)(us|ms|s|m)\b/.exec(stdout)),
    p99Milliseconds: durationOf(/99%\s+([\d.]+)(us|ms|s|m)\b/.exec(stdout)),
  };
}

function numberOf(match: RegExpExecArray | null): number {
  if (match === null) throw new Error('wrk said something unexpected.');
  return Number(match[1]);
}

function durationOf(match: RegExpExecArray | null): number {
  return numberOf(match) * (millisecondsPerUnit[match?.[2] ?? ''] ?? Number.NaN);
}
