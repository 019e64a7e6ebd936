import { median, quantile } from '../load/statistics.js';
import type { PublishTimes, Target } from '../npm/publish.js';
import { publishUntilVisible } from '../npm/publish.js';
import type { PublishBody } from '../npm/sample.js';
import { usageOfTree } from '../process/process-tree.js';
import type { Row } from './scenario.js';

export interface PublishFigures {
  readonly publishesPerSecond: number;
  readonly answeredP50Milliseconds: number;
  readonly visibleP50Milliseconds: number;
  readonly visibleP99Milliseconds: number;
  readonly cpuSecondsPer1000: number;
  readonly memoryMib: number;
}

const bytesPerMib = 1024 * 1024;

/** Publishes what was made before, with so many clients at once, each waiting until its version is visible. */
export async function measurePublishes(
  server: Target & { readonly pid: number },
  bodies: readonly PublishBody[],
  clients: number,
): Promise<PublishFigures> {
  const left = bodies.values();
  const times: PublishTimes[] = [];
  const before = await usageOfTree(server.pid);
  const began = performance.now();
  // They share the iterator: whoever is free takes the next.
  const client = async () => {
    for (const body of left) times.push(await publishUntilVisible(server, body));
  };
  await Promise.all(Array.from({ length: clients }, client));
  const seconds = (performance.now() - began) / 1000;
  const after = await usageOfTree(server.pid);
  const visible = times.map((time) => time.visibleMilliseconds);
  return {
    publishesPerSecond: times.length / seconds,
    answeredP50Milliseconds: median(times.map((time) => time.answeredMilliseconds)),
    visibleP50Milliseconds: median(visible),
    visibleP99Milliseconds: quantile(visible, 0.99),
    cpuSecondsPer1000: ((after.cpuSeconds - before.cpuSeconds) / times.length) * 1000,
    memoryMib: after.memoryBytes / bytesPerMib,
  };
}

/** The median of several runs, figure by figure. */
export function medianOf(runs: readonly PublishFigures[]): PublishFigures {
  const middle = (pick: (run: PublishFigures) => number) => median(runs.map(pick));
  return {
    publishesPerSecond: middle((run) => run.publishesPerSecond),
    answeredP50Milliseconds: middle((run) => run.answeredP50Milliseconds),
    visibleP50Milliseconds: middle((run) => run.visibleP50Milliseconds),
    visibleP99Milliseconds: middle((run) => run.visibleP99Milliseconds),
    cpuSecondsPer1000: middle((run) => run.cpuSecondsPer1000),
    memoryMib: middle((run) => run.memoryMib),
  };
}

export function publishRow(what: string, server: string, figures: PublishFigures): Row {
  return {
    what,
    server,
    'publishes/s': figures.publishesPerSecond,
    'answered p50 ms': figures.answeredP50Milliseconds,
    'visible p50 ms': figures.visibleP50Milliseconds,
    'visible p99 ms': figures.visibleP99Milliseconds,
    'CPU s / 1,000': figures.cpuSecondsPer1000,
    'memory MiB': figures.memoryMib,
  };
}
