// `pnpm bench npm`: Waybill, Verdaccio and a bare handler side by side; see README.md.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { tempDir } from '@waybill/testing';
import { chooseLoad } from './load/choose-load.js';
import type { Options } from './npm/options.js';
import { parseOptions } from './npm/options.js';
import { printProfiles } from './process/cpu-profile.js';
import { cpuByProgram } from './process/process-tree.js';
import { checkedOutRevision, conditionsOf } from './report/conditions.js';
import { printResult } from './report/print.js';
import type { MeasuredScenario } from './report/measured-scenario.js';
import { writeReport } from './report/report.js';
import type { Bench, Scenario } from './scenarios/scenario.js';
import { npmScenarios } from './scenarios/scenarios.js';
import { startBare } from './servers/bare.js';
import { startVerdaccio } from './servers/verdaccio.js';
import { startWaybill } from './servers/waybill.js';

async function main(): Promise<void> {
  const options = parseOptions(process.argv.slice(2));
  const scenarios = chosen(options.only);
  await using directory = await tempDir('bench');
  const folder = async (name: string) => {
    const path = join(directory.path, name);
    await mkdir(path);
    return path;
  };
  await using running = new AsyncDisposableStack();
  const keep = <Server extends { stop(): Promise<void> }>(server: Server) => {
    running.defer(() => server.stop());
    return server;
  };
  const { profile } = options;
  const nodeOptions = profile === undefined ? [] : ['--cpu-prof', '--cpu-prof-dir', profile];
  const bench: Bench = {
    waybill: keep(await startWaybill({ directory: await folder('waybill'), nodeOptions })),
    verdaccio: keep(await startVerdaccio({ directory: await folder('verdaccio'), jwt: options.verdaccioJwt })),
    bare: keep(await startBare(await folder('bare'))),
    load: await chooseLoad(),
    sizes: options.sizes,
    revision: await checkedOutRevision(),
  };
  const [before, from] = [await cpuByProgram(bench.waybill.pid), process.hrtime.bigint()];
  const measured = await measureAll(bench, scenarios, options);
  const [after, to] = [await cpuByProgram(bench.waybill.pid), process.hrtime.bigint()];
  await running.disposeAsync();
  if (profile !== undefined) {
    console.table([...after].map(([program, all]) => ({ program, 'CPU s': all - (before.get(program) ?? 0) })));
    await printProfiles(profile, { from, to });
  } else if (!options.verdaccioJwt) await writeReport(measured);
}

async function measureAll(bench: Bench, scenarios: readonly Scenario[], options: Options): Promise<MeasuredScenario[]> {
  const measured: MeasuredScenario[] = [];
  for (const scenario of scenarios) {
    console.log(`\n${scenario.title} …`);
    try {
      const result = await scenario.run(bench);
      const { name, title } = scenario;
      measured.push({ name, title, conditions: conditionsOf(bench, options), ...result });
      printResult(result);
    } catch (error) {
      // The others go on; what could not be measured is told at the end, too, by the exit code.
      process.exitCode = 1;
      console.error(`${scenario.name} failed:`, error);
    }
  }
  return measured;
}

function chosen(only: readonly string[]): readonly Scenario[] {
  const unknown = only.filter((name) => !npmScenarios.some((scenario) => scenario.name === name));
  if (unknown.length > 0)
    throw new TypeError(
      `No scenario ${unknown.join(', ')}; there are ${npmScenarios.map(({ name }) => name).join(', ')}.`,
    );
  return only.length === 0 ? npmScenarios : npmScenarios.filter(({ name }) => only.includes(name));
}

await main();
