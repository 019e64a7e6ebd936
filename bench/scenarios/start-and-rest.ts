import { setTimeout as after } from 'node:timers/promises';
import { tempDir } from '@waybill/testing';
import { median } from '../load/statistics.js';
import { usageOfTree } from '../process/process-tree.js';
import type { RegistryServer, StartOptions } from '../servers/server.js';
import { startVerdaccio } from '../servers/verdaccio.js';
import { startWaybill } from '../servers/waybill.js';
import type { Bench, Row, Scenario, ScenarioResult } from './scenario.js';

const restSeconds = 5;
const bytesPerMib = 1024 * 1024;

interface Figures {
  readonly firstStartMilliseconds: number;
  readonly nextStartMilliseconds: number;
  readonly memoryMib: number;
  /** Processor time per second while nobody asks. */
  readonly restingCpuShare: number;
}

export const startAndRest: Scenario = { name: 'start', title: 'Start, and memory at rest', run };

async function run({ sizes }: Bench): Promise<ScenarioResult> {
  const ours: Figures[] = [];
  const theirs: Figures[] = [];
  for (let round = 0; round < sizes.starts; round += 1) {
    ours.push(await startTwice(startWaybill));
    theirs.push(await startTwice(startVerdaccio));
  }
  const [own, other] = [medianOf(ours), medianOf(theirs)];
  return {
    ratios: [
      { what: "first start: to Verdaccio's", value: own.firstStartMilliseconds / other.firstStartMilliseconds },
      { what: "start: to Verdaccio's", value: own.nextStartMilliseconds / other.nextStartMilliseconds },
      { what: "memory at rest: to Verdaccio's", value: own.memoryMib / other.memoryMib },
    ],
    rows: [rowOf('Waybill', own), rowOf('Verdaccio', other)],
    notes: [
      'A first start of Waybill makes its database, its accounts and its secrets; PostgreSQL and NATS are counted in.',
    ],
  };
}

async function startTwice(start: (options: StartOptions) => Promise<RegistryServer>): Promise<Figures> {
  await using directory = await tempDir('bench-start');
  const first = await start({ directory: directory.path });
  await first.stop();
  const next = await start({ directory: directory.path });
  try {
    const before = await usageOfTree(next.pid);
    await after(restSeconds * 1000);
    const rested = await usageOfTree(next.pid);
    return {
      firstStartMilliseconds: first.startMilliseconds,
      nextStartMilliseconds: next.startMilliseconds,
      memoryMib: rested.memoryBytes / bytesPerMib,
      restingCpuShare: (rested.cpuSeconds - before.cpuSeconds) / restSeconds,
    };
  } finally {
    await next.stop();
  }
}

function medianOf(all: readonly Figures[]): Figures {
  const middle = (pick: (figures: Figures) => number) => median(all.map(pick));
  return {
    firstStartMilliseconds: middle((figures) => figures.firstStartMilliseconds),
    nextStartMilliseconds: middle((figures) => figures.nextStartMilliseconds),
    memoryMib: middle((figures) => figures.memoryMib),
    restingCpuShare: middle((figures) => figures.restingCpuShare),
  };
}

function rowOf(server: string, figures: Figures): Row {
  return {
    server,
    'first start ms': figures.firstStartMilliseconds,
    'start ms': figures.nextStartMilliseconds,
    'memory at rest MiB': figures.memoryMib,
    'CPU at rest': figures.restingCpuShare,
  };
}
