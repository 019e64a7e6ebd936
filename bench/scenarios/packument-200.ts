import { publishSample } from '../npm/publish.js';
import { smallPayloadBytes } from '../npm/sample.js';
import { compareReads, packumentVariants } from './read-variants.js';
import type { Bench, Scenario, ScenarioResult } from './scenario.js';

const name = 'bench-many';
const versions = 200;

export const packument200: Scenario = { name: 'packument-200', title: 'Packument with 200 versions', run };

async function run(bench: Bench): Promise<ScenarioResult> {
  for (const server of [bench.waybill, bench.verdaccio]) {
    for (let version = 0; version < versions; version += 1)
      await publishSample(server, { name, version: `1.${version}.0`, payloadBytes: smallPayloadBytes });
  }
  return compareReads(bench, {
    what: 'packument, 200 versions',
    connections: 32,
    variants: packumentVariants,
    urlOf: (server) => Promise.resolve(`${server.registryUrl}/${name}`),
    targets: { toVerdaccio: 50 },
  });
}
