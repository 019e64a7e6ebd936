import { randomBytes } from 'node:crypto';
import type { PublishBody } from '../npm/sample.js';
import { publishBody, smallPayloadBytes } from '../npm/sample.js';
import type { RegistryServer } from '../servers/server.js';
import type { PublishFigures } from './measure-publishes.js';
import { measurePublishes, medianOf, publishRow } from './measure-publishes.js';
import type { Bench, Ratio, Scenario, ScenarioResult } from './scenario.js';

const publishNote = `Waybill scans before it publishes; Verdaccio does not. With its default tokens Verdaccio checks a bcrypt hash with
every request that carries one, which is most of what a publish costs it; \`--verdaccio-jwt\` measures it without.`;
const warmUpPublishes = 8;

export const publishLatency: Scenario = {
  name: 'publish-latency',
  title: 'Publish until visible, 1 client',
  run: (bench) => comparePublishes(bench, 1),
};

export const publishThroughput: Scenario = {
  name: 'publish-throughput',
  title: 'Publish until visible, 8 clients',
  run: (bench) => comparePublishes(bench, 8),
};

async function comparePublishes(bench: Bench, clients: number): Promise<ScenarioResult> {
  const { waybill, verdaccio, sizes } = bench;
  const ours: PublishFigures[] = [];
  const theirs: PublishFigures[] = [];
  const oneRun = async (server: RegistryServer) =>
    measurePublishes(server, await freshBodies(server, sizes.publishes), clients);
  for (const server of [waybill, verdaccio])
    await measurePublishes(server, await freshBodies(server, warmUpPublishes), clients);
  for (let round = 0; round < sizes.rounds; round += 1) {
    const isEven = round % 2 === 0;
    if (isEven) ours.push(await oneRun(waybill));
    theirs.push(await oneRun(verdaccio));
    if (!isEven) ours.push(await oneRun(waybill));
  }
  const what = `publish, ${clients} client${clients === 1 ? '' : 's'}`;
  const [own, other] = [medianOf(ours), medianOf(theirs)];
  return {
    ratios: ratiosOf(what, own, other, clients),
    rows: [publishRow(what, 'Waybill', own), publishRow(what, 'Verdaccio', other)],
    notes: [publishNote],
  };
}

function ratiosOf(what: string, own: PublishFigures, other: PublishFigures, clients: number): Ratio[] {
  const latency = own.visibleP50Milliseconds / other.visibleP50Milliseconds;
  const rate = own.publishesPerSecond / other.publishesPerSecond;
  return [
    {
      what: `${what}: time until visible to Verdaccio's`,
      value: latency,
      ...(clients === 1 && { target: { atMost: 1 } }),
    },
    { what: `${what}: publishes/s to Verdaccio's`, value: rate, ...(clients > 1 && { target: { atLeast: 5 } }) },
    { what: `${what}: p99 to Verdaccio's`, value: own.visibleP99Milliseconds / other.visibleP99Milliseconds },
    { what: `${what}: CPU to Verdaccio's`, value: own.cpuSecondsPer1000 / other.cpuSecondsPer1000 },
  ];
}

/** New packages, made before anything is measured. */
async function freshBodies({ registryUrl }: RegistryServer, count: number): Promise<PublishBody[]> {
  const names = Array.from({ length: count }, () => `bench-${randomBytes(6).toString('hex')}`);
  return Promise.all(
    names.map((name) => publishBody(registryUrl, { name, version: '1.0.0', payloadBytes: smallPayloadBytes })),
  );
}
