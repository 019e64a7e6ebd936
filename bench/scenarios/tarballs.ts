import { ask } from '../npm/ask.js';
import { publishSample } from '../npm/publish.js';
import { largePayloadBytes, smallPayloadBytes } from '../npm/sample.js';
import type { RegistryServer } from '../servers/server.js';
import type { ReadTargets } from './read-variants.js';
import { compareReads, tarballVariants } from './read-variants.js';
import type { Bench, Scenario, ScenarioResult } from './scenario.js';

interface TarballSize {
  readonly what: string;
  readonly name: string;
  readonly payloadBytes: number;
  readonly connections: number;
  readonly targets: ReadTargets;
}

const small: TarballSize = {
  what: 'tarball, 3 KB',
  name: 'bench-small',
  payloadBytes: smallPayloadBytes,
  connections: 32,
  targets: { toVerdaccio: 5 },
};

const large: TarballSize = {
  what: 'tarball, 20 MB',
  name: 'bench-large',
  payloadBytes: largePayloadBytes,
  connections: 4,
  targets: {},
};

export const tarballSmall: Scenario = {
  name: 'tarball-small',
  title: 'Tarball of 3 KB',
  run: (bench) => compareTarballs(bench, small),
};

export const tarballLarge: Scenario = {
  name: 'tarball-large',
  title: 'Tarball of 20 MB',
  run: (bench) => compareTarballs(bench, large),
};

async function compareTarballs(bench: Bench, size: TarballSize): Promise<ScenarioResult> {
  const { name, payloadBytes } = size;
  for (const server of [bench.waybill, bench.verdaccio])
    await publishSample(server, { name, version: '1.0.0', payloadBytes });
  const urlOf = (server: RegistryServer) => tarballUrl(server, name);
  return compareReads(bench, { ...size, variants: tarballVariants, urlOf });
}

async function tarballUrl({ registryUrl }: RegistryServer, name: string): Promise<string> {
  const { body } = await ask(`${registryUrl}/${name}`);
  const packument = JSON.parse(body.toString()) as { versions: Record<string, { dist: { tarball: string } }> };
  return packument.versions['1.0.0']?.dist.tarball ?? '';
}
