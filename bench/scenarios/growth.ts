import { publishBody, smallPayloadBytes } from '../npm/sample.js';
import type { RegistryServer } from '../servers/server.js';
import type { PublishFigures } from './measure-publishes.js';
import { measurePublishes, publishRow } from './measure-publishes.js';
import type { Bench, Plot, Ratio, Scenario, ScenarioResult } from './scenario.js';

const parts = 10;

interface Growth {
  readonly what: string;
  readonly unit: string;
  readonly clients: number;
  readonly total: number;
  readonly sampleOf: (index: number) => { readonly name: string; readonly version: string };
  /** Of the last tenth to the first, for the processor's time of one publish. */
  readonly atMost: number;
}

/** One tenth of the way. */
interface Step extends PublishFigures {
  readonly reached: number;
}

export const growthPackages: Scenario = {
  name: 'growth-packages',
  title: 'Cost of a publish as a repository grows',
  run: (bench) =>
    compareGrowth(bench, {
      what: 'one repository',
      unit: 'packages',
      clients: 8,
      total: bench.sizes.grownPackages,
      sampleOf: (index) => ({ name: `bench-grown-${index}`, version: '1.0.0' }),
      // Constant, with room for noise.
      atMost: 1.25,
    }),
};

export const growthVersions: Scenario = {
  name: 'growth-versions',
  title: 'Cost of a publish as a package grows',
  run: (bench) =>
    compareGrowth(bench, {
      what: 'one package',
      unit: 'versions',
      clients: 1,
      total: bench.sizes.grownVersions,
      sampleOf: (index) => ({ name: 'bench-growing', version: `1.0.${index}` }),
      // Linear from nothing: the last tenth has 19 times the versions of the first.
      atMost: 19,
    }),
};

async function compareGrowth(bench: Bench, growth: Growth): Promise<ScenarioResult> {
  const ours = await grow(bench.waybill, growth);
  const theirs = await grow(bench.verdaccio, growth);
  return {
    ratios: [
      { ...cpuRatio('Waybill', growth, ours), target: { atMost: growth.atMost } },
      timeRatio('Waybill', growth, ours),
      cpuRatio('Verdaccio', growth, theirs),
      timeRatio('Verdaccio', growth, theirs),
    ],
    rows: [
      ...ours.map((step) => publishRow(`${step.reached} ${growth.unit}`, 'Waybill', step)),
      ...theirs.map((step) => publishRow(`${step.reached} ${growth.unit}`, 'Verdaccio', step)),
    ],
    plots: [
      plotOf(growth, 'cpu', 'CPU ms per publish', { ours, theirs }, (step) => step.cpuSecondsPer1000),
      plotOf(growth, 'time', 'ms until visible (median)', { ours, theirs }, (step) => step.visibleP50Milliseconds),
    ],
  };
}

async function grow(server: RegistryServer, { total, clients, sampleOf }: Growth): Promise<Step[]> {
  const steps: Step[] = [];
  const size = Math.ceil(total / parts);
  for (let from = 0; from < total; from += size) {
    const indices = Array.from({ length: Math.min(size, total - from) }, (_value, offset) => from + offset);
    const bodies = await Promise.all(
      indices.map((index) => publishBody(server.registryUrl, { ...sampleOf(index), payloadBytes: smallPayloadBytes })),
    );
    steps.push({ ...(await measurePublishes(server, bodies, clients)), reached: from + indices.length });
  }
  return steps;
}

function cpuRatio(server: string, growth: Growth, steps: readonly Step[]): Ratio {
  return lastToFirst(`${server}, ${titleOf(growth)}: CPU of a publish`, steps, (step) => step.cpuSecondsPer1000);
}

function timeRatio(server: string, growth: Growth, steps: readonly Step[]): Ratio {
  const what = `${server}, ${titleOf(growth)}: time until visible`;
  return lastToFirst(what, steps, (step) => step.visibleP50Milliseconds);
}

function lastToFirst(what: string, steps: readonly Step[], pick: (step: Step) => number): Ratio {
  const [first, last] = [steps.at(0), steps.at(-1)];
  if (first === undefined || last === undefined) throw new Error('Nothing has grown.');
  return { what: `${what}, last tenth to the first`, value: pick(last) / pick(first) };
}

function titleOf({ what, total, unit }: Growth): string {
  return `${what} up to ${total} ${unit}`;
}

// eslint-disable-next-line max-params -- one call per figure of the same growth
function plotOf(
  growth: Growth,
  figure: string,
  yLabel: string,
  { ours, theirs }: { readonly ours: readonly Step[]; readonly theirs: readonly Step[] },
  pick: (step: Step) => number,
): Plot {
  const points = (steps: readonly Step[]) => steps.map((step) => ({ x: step.reached, y: pick(step) }));
  return {
    file: `growth-${growth.unit}-${figure}.svg`,
    title: titleOf(growth),
    xLabel: growth.unit,
    yLabel,
    lines: [
      { name: 'Waybill', points: points(ours) },
      { name: 'Verdaccio', points: points(theirs) },
    ],
  };
}
