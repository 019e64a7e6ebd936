import { publishSample } from '../npm/publish.js';
import { smallPayloadBytes } from '../npm/sample.js';
import { compareReads, packumentVariants } from './read-variants.js';
import type { Bench, Scenario, ScenarioResult } from './scenario.js';

const name = 'bench-one';

export const packument1: Scenario = { name: 'packument-1', title: 'Packument with 1 version', run };

async function run(bench: Bench): Promise<ScenarioResult> {
  for (const server of [bench.waybill, bench.verdaccio])
    await publishSample(server, { name, version: '1.0.0', payloadBytes: smallPayloadBytes });
  return compareReads(bench, {
    what: 'packument, 1 version',
    connections: 32,
    variants: packumentVariants,
    urlOf: (server) => Promise.resolve(`${server.registryUrl}/${name}`),
    targets: { toVerdaccio: 10, toBare: 0.7 },
  });
}
