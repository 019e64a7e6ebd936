import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { npmScenarios } from '../scenarios/scenarios.js';
import { barPlot } from './bar-plot.js';
import { linePlot } from './line-plot.js';
import { markdownOf } from './markdown.js';
import type { MeasuredScenario } from './measured-scenario.js';
import { readBars } from './read-bars.js';

const directory = join(import.meta.dirname, '../../docs/bench');
const barsFile = 'npm-reads.svg';

/** Writes docs/bench/npm.{json,md} and the plots. What was not measured now stays as it was, with its own conditions. */
export async function writeReport(measured: readonly MeasuredScenario[]): Promise<void> {
  await mkdir(directory, { recursive: true });
  const earlier = await readEarlier();
  const merged = npmScenarios.flatMap(({ name }) => {
    const found = [...measured, ...earlier].find((scenario) => scenario.name === name);
    return found === undefined ? [] : [found];
  });
  await writeFile(join(directory, 'npm.json'), `${JSON.stringify({ scenarios: merged }, null, 2)}\n`);
  const bars = readBars(merged);
  if (bars.length > 0) await writeFile(join(directory, barsFile), barPlot('Requests/s, bare handler = 1', bars));
  const plots = merged.flatMap((scenario) => scenario.plots ?? []);
  for (const plot of plots) await writeFile(join(directory, plot.file), linePlot(plot));
  await writeFile(join(directory, 'npm.md'), markdownOf(merged, bars.length > 0 ? barsFile : undefined));
  console.log(`\nWritten to ${directory}.`);
}

async function readEarlier(): Promise<readonly MeasuredScenario[]> {
  const text = await readFile(join(directory, 'npm.json'), 'utf8').catch(() => '{"scenarios":[]}');
  return (JSON.parse(text) as { scenarios: readonly MeasuredScenario[] }).scenarios;
}
