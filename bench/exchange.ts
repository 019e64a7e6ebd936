// `pnpm bench exchange`: ID tokens of a CI for tokens of ours, with few and with many publishers; see README.md.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type RunningCiIssuer, startCiIssuer, tempDir } from '@waybill/testing';
import { Client } from 'pg';
import { databaseUrlOf } from './auth/installation.js';
import type { Answered } from './auth/strangers.js';
import { exchangeAll, signExchanges } from './exchange/exchanges.js';
import { registerPublishers } from './exchange/publishers.js';
import { writeExchangeReport } from './exchange/report.js';
import { median } from './load/statistics.js';
import { ask } from './npm/ask.js';
import { checkedOutRevision } from './report/conditions.js';
import { printResult } from './report/print.js';
import type { Ratio, Row } from './scenarios/scenario.js';
import { startWaybill } from './servers/waybill.js';

const whole = { rounds: 5, alone: 500, together: 3000 };
const quickSizes = { rounds: 3, alone: 200, together: 800 };
const manyClients = 64;
const perSecondAtLeast = 500;
const few = 100;
const many = 10_000;

const settings = {
  WAYBILL_OIDC_ALLOWED_NETWORKS: '127.0.0.1',
  WAYBILL_OIDC_ALLOW_HTTP: 'yes',
  WAYBILL_OIDC_EXCHANGES_PER_MINUTE: '0',
  WAYBILL_OIDC_FAILURES_PER_MINUTE: '0',
};

interface Installation {
  readonly publishers: number;
  readonly url: string;
  readonly audience: string;
  readonly stop: () => Promise<void>;
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
  const sizes = values.quick ? quickSizes : whole;
  await using directory = await tempDir('bench');
  await using running = new AsyncDisposableStack();
  const issuer = await startCiIssuer('github-actions');
  running.defer(() => issuer.stop());
  const installations: Installation[] = [];
  for (const publishers of [few, many]) {
    const folder = join(directory.path, String(publishers));
    await mkdir(folder);
    const installation = await startInstallation(folder, issuer, publishers);
    running.defer(() => installation.stop());
    installations.push(installation);
  }
  const rows: Row[] = [];
  const together: Answered[] = [];
  for (const clients of [1, manyClients]) {
    const count = clients === 1 ? sizes.alone : sizes.together;
    for (const [index, figures] of (await measure(installations, issuer, { ...sizes, clients, count })).entries()) {
      rows.push({
        publishers: installations[index]?.publishers ?? 0,
        clients,
        'exchanges/s': figures.requestsPerSecond,
        'p50 ms': figures.p50Milliseconds,
        'p99 ms': figures.p99Milliseconds,
      });
      if (clients > 1) together.push(figures);
    }
  }
  await running.disposeAsync();
  const [small, large] = together;
  const ratios: Ratio[] = [
    {
      what: `exchanges per second, ${manyClients} clients, ${many} publishers`,
      value: large?.requestsPerSecond ?? Number.NaN,
      target: { atLeast: perSecondAtLeast },
    },
    {
      what: `p50 with ${many} publishers, to that with ${few}`,
      value: (large?.p50Milliseconds ?? Number.NaN) / (small?.p50Milliseconds ?? Number.NaN),
    },
  ];
  printResult({ ratios, rows });
  await writeExchangeReport({ ratios, rows, revision: await checkedOutRevision(), quick: values.quick });
}

async function startInstallation(
  directory: string,
  issuer: RunningCiIssuer,
  publishers: number,
): Promise<Installation> {
  const server = await startWaybill({ directory, environment: settings });
  const url = new URL(server.registryUrl).origin;
  const registered = await ask(`${url}/api/v1/oidc/issuers`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${server.token}` },
    body: Buffer.from(JSON.stringify({ provider: issuer.provider, url: issuer.issuer, title: 'bench' })),
  });
  if (registered.status !== 201) throw new Error(`The issuer: ${registered.status} ${registered.body.toString()}`);
  const database = new Client({ connectionString: await databaseUrlOf(directory) });
  await database.connect();
  await registerPublishers(database, { issuer: issuer.issuer, count: publishers, repository: 'main' });
  await database.end();
  const shown = await ask(`${url}/api/v1/oidc/audience`);
  const { audience } = JSON.parse(shown.body.toString()) as { audience: string };
  return { publishers, url, audience, stop: () => server.stop() };
}

/** In turn, and every other round the other one first; the first round warms up and does not count. */
async function measure(
  installations: readonly Installation[],
  issuer: RunningCiIssuer,
  { rounds, clients, count }: { readonly rounds: number; readonly clients: number; readonly count: number },
): Promise<Answered[]> {
  const measured = installations.map((): Answered[] => []);
  for (let round = 0; round <= rounds; round += 1) {
    const order = [...installations.entries()];
    for (const [index, { url, audience, publishers }] of round % 2 === 0 ? order : order.toReversed()) {
      const requests = await signExchanges(issuer, { audience, publishers, count });
      const answered = await exchangeAll(url, requests, clients);
      if (round > 0) measured[index]?.push(answered);
    }
  }
  return measured.map((all) => {
    const middle = (pick: (one: Answered) => number) => median(all.map(pick));
    return {
      requestsPerSecond: middle((one) => one.requestsPerSecond),
      p50Milliseconds: middle((one) => one.p50Milliseconds),
      p99Milliseconds: middle((one) => one.p99Milliseconds),
    };
  });
}

await main();
