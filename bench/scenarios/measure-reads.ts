import type { LoadResult } from '../load/load.js';
import { median } from '../load/statistics.js';
import { ask } from '../npm/ask.js';
import { usageOfTree } from '../process/process-tree.js';
import type { Bench, Row } from './scenario.js';

export interface Reader {
  readonly server: string;
  readonly pid: number;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface ReadFigures {
  readonly requestsPerSecond: number;
  readonly p50Milliseconds: number;
  readonly p99Milliseconds: number;
  readonly cpuSecondsPer1000: number;
  readonly memoryMib: number;
}

type Round = LoadResult & { readonly cpuSeconds: number; readonly memoryBytes: number };

const bytesPerMib = 1024 * 1024;

/**
 * Asks each reader in turn, in several rounds, every other round the other way round: neighbours are compared under the
 * same noise, and nobody always comes first. Medians over the rounds, in the order of the readers.
 */
export async function measureReads(
  bench: Pick<Bench, 'load' | 'sizes'>,
  readers: readonly Reader[],
  connections: number,
): Promise<ReadFigures[]> {
  const rounds = readers.map((): Round[] => []);
  for (let round = 0; round < bench.sizes.rounds; round += 1) {
    const order = [...readers.keys()];
    for (const index of round % 2 === 0 ? order : order.toReversed()) {
      const reader = readers[index];
      if (reader !== undefined) rounds[index]?.push(await oneRound(bench, reader, connections));
    }
  }
  return rounds.map(figuresOf);
}

async function oneRound(
  { load, sizes }: Pick<Bench, 'load' | 'sizes'>,
  { pid, url, headers }: Reader,
  connections: number,
): Promise<Round> {
  // What an earlier round has left in its queue is answered first.
  await ask(url, { headers });
  const before = await usageOfTree(pid);
  const result = await load.run({ url, headers, connections, seconds: sizes.secondsPerRound });
  if (result.requests === 0) throw new Error(`${url} has answered nothing in ${sizes.secondsPerRound} s.`);
  const after = await usageOfTree(pid);
  return { ...result, cpuSeconds: after.cpuSeconds - before.cpuSeconds, memoryBytes: after.memoryBytes };
}

function figuresOf(rounds: readonly Round[]): ReadFigures {
  const middle = (pick: (round: Round) => number) => median(rounds.map(pick));
  return {
    requestsPerSecond: middle((round) => round.requestsPerSecond),
    p50Milliseconds: middle((round) => round.p50Milliseconds),
    p99Milliseconds: middle((round) => round.p99Milliseconds),
    cpuSecondsPer1000: middle((round) => (round.cpuSeconds / round.requests) * 1000),
    memoryMib: middle((round) => round.memoryBytes / bytesPerMib),
  };
}

export function readRow(what: string, server: string, figures: ReadFigures): Row {
  return {
    what,
    server,
    'requests/s': figures.requestsPerSecond,
    'p50 ms': figures.p50Milliseconds,
    'p99 ms': figures.p99Milliseconds,
    'CPU s / 1,000': figures.cpuSecondsPer1000,
    'memory MiB': figures.memoryMib,
  };
}
