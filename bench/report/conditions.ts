import { execFile } from 'node:child_process';
import { cpus, loadavg, release, totalmem } from 'node:os';
import { promisify } from 'node:util';
import type { Options } from '../npm/options.js';
import type { Bench } from '../scenarios/scenario.js';

/** Under which a scenario was measured; two results compare as far as these agree. */
export interface Conditions {
  readonly measuredAt: string;
  readonly revision: string;
  readonly processor: string;
  readonly processors: number;
  readonly memoryGib: number;
  readonly kernel: string;
  readonly node: string;
  readonly verdaccio: string;
  readonly load: string;
  /** Of the last minute, what was measured included: much above its own two or three, the machine was busy otherwise. */
  readonly loadAverage?: number;
  readonly quick: boolean;
  readonly rounds: number;
  readonly secondsPerRound: number;
}

const bytesPerGib = 1024 ** 3;

export function conditionsOf({ load, sizes, verdaccio, revision }: Bench, options: Options): Conditions {
  const all = cpus();
  return {
    measuredAt: new Date().toISOString(),
    revision,
    processor: all[0]?.model ?? 'unknown',
    processors: all.length,
    memoryGib: Math.round(totalmem() / bytesPerGib),
    kernel: `${process.platform} ${release()}`,
    node: process.version,
    verdaccio: verdaccio.version,
    load: load.name,
    loadAverage: loadavg()[0] ?? 0,
    quick: options.quick,
    rounds: sizes.rounds,
    secondsPerRound: sizes.secondsPerRound,
  };
}

/** The short name of the commit that is checked out. */
export async function checkedOutRevision(): Promise<string> {
  return promisify(execFile)('git', ['rev-parse', '--short', 'HEAD']).then(
    ({ stdout }) => stdout.trim(),
    () => 'unknown',
  );
}
