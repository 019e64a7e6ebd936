import { publishSample } from '../npm/publish.js';
import { smallPayloadBytes } from '../npm/sample.js';
import type { RegistryServer } from '../servers/server.js';
import type { Reader } from './measure-reads.js';
import { measureReads, readRow } from './measure-reads.js';
import type { Bench, Ratio, Row, Scenario, ScenarioResult } from './scenario.js';

/** Few: Verdaccio computes a bcrypt hash for each of them. */
const connections = 8;
const publicName = 'bench-open';
const privateName = 'private-bench';
/** Of the public rate. */
const atLeast = 0.6;

export const privatePackument: Scenario = {
  name: 'private-packument',
  title: 'Private packument with a token, next to a public one',
  run,
};

async function run(bench: Bench): Promise<ScenarioResult> {
  const ratios: Ratio[] = [];
  const rows: Row[] = [];
  const readers = [...(await readersOf(bench.waybill)), ...(await readersOf(bench.verdaccio))];
  const [open, closed, theirOpen, theirClosed] = await measureReads(bench, readers, connections);
  if (!open || !closed || !theirOpen || !theirClosed) throw new Error('Not measured.');
  const own = closed.requestsPerSecond / open.requestsPerSecond;
  ratios.push(
    { what: "private packument: requests/s to the public one's", value: own, target: { atLeast } },
    {
      what: "private packument: requests/s to Verdaccio's private one's",
      value: closed.requestsPerSecond / theirClosed.requestsPerSecond,
    },
    { what: 'private packument: p50 to the public one', value: closed.p50Milliseconds / open.p50Milliseconds },
    {
      what: "Verdaccio's private packument: requests/s to its public one's",
      value: theirClosed.requestsPerSecond / theirOpen.requestsPerSecond,
    },
  );
  rows.push(
    readRow('public', 'Waybill', open),
    readRow('private', 'Waybill', closed),
    readRow('public', 'Verdaccio', theirOpen),
    readRow('private', 'Verdaccio', theirClosed),
  );
  return { ratios, rows };
}

async function readersOf(server: RegistryServer): Promise<Reader[]> {
  const closed = { registryUrl: server.privateRegistryUrl, token: server.token };
  await publishSample(server, { name: publicName, version: '1.0.0', payloadBytes: smallPayloadBytes });
  await publishSample(closed, { name: privateName, version: '1.0.0', payloadBytes: smallPayloadBytes });
  const common = { server: server.name, pid: server.pid };
  const headers = { 'accept-encoding': 'gzip,deflate' };
  return [
    { ...common, url: `${server.registryUrl}/${publicName}`, headers },
    {
      ...common,
      url: `${server.privateRegistryUrl}/${privateName}`,
      headers: { ...headers, authorization: `Bearer ${server.token}` },
    },
  ];
}
