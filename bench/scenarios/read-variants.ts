import { ask } from '../npm/ask.js';
import type { BareServer } from '../servers/bare.js';
import type { RegistryServer } from '../servers/server.js';
import type { ReadFigures, Reader } from './measure-reads.js';
import { measureReads, readRow } from './measure-reads.js';
import type { Bench, Ratio, Row, ScenarioResult } from './scenario.js';

/** One way to ask for a resource. */
export interface Variant {
  readonly label: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Names the validator of an earlier answer, which makes the answer 304. */
  readonly isConditional?: boolean;
}

export interface ReadTargets {
  readonly toVerdaccio?: number;
  readonly toBare?: number;
}

export interface Resource {
  readonly what: string;
  readonly connections: number;
  readonly variants: readonly Variant[];
  urlOf(server: RegistryServer): Promise<string>;
  /** Of the rate, as ratios to the others. */
  readonly targets: ReadTargets;
}

const gzip = { 'accept-encoding': 'gzip,deflate' };
const identity = { 'accept-encoding': 'identity' };
const abbreviated = { accept: 'application/vnd.npm.install-v1+json; q=1.0, application/json; q=0.8, */*' };

export const packumentVariants: readonly Variant[] = [
  { label: 'full, gzip', headers: gzip },
  { label: 'full, identity', headers: identity },
  { label: 'abbreviated, gzip', headers: { ...abbreviated, ...gzip } },
  { label: 'abbreviated, identity', headers: { ...abbreviated, ...identity } },
  { label: '304', headers: { ...abbreviated, ...gzip }, isConditional: true },
];

export const tarballVariants: readonly Variant[] = [{ label: 'whole', headers: gzip }];

/** Waybill, Verdaccio and a bare handler with Waybill's bytes, for every variant of a resource. */
export async function compareReads(bench: Bench, resource: Resource): Promise<ScenarioResult> {
  const ratios: Ratio[] = [];
  const rows: Row[] = [];
  for (const variant of resource.variants) {
    const what = `${resource.what}, ${variant.label}`;
    const ours = await readerOf(bench.waybill, resource, variant);
    const theirs = await readerOf(bench.verdaccio, resource, variant);
    // Waybill in the middle: next to what it is compared with, whichever way a round goes.
    const readers = [await bareReader(bench.bare, ours), ours, theirs];
    const [bare, waybill, verdaccio] = await measureReads(bench, readers, resource.connections);
    if (bare === undefined || waybill === undefined || verdaccio === undefined) throw new Error('Not measured.');
    ratios.push(...ratiosOf(what, { bare, waybill, verdaccio }, resource.targets));
    rows.push(readRow(what, 'Waybill', waybill), readRow(what, 'Verdaccio', verdaccio), readRow(what, 'bare', bare));
  }
  return { ratios, rows };
}

interface Compared {
  readonly bare: ReadFigures;
  readonly waybill: ReadFigures;
  readonly verdaccio: ReadFigures;
}

function ratiosOf(what: string, { bare, waybill, verdaccio }: Compared, targets: ReadTargets): Ratio[] {
  const rate = (figures: ReadFigures) => waybill.requestsPerSecond / figures.requestsPerSecond;
  return [
    withTarget({ what: `${what}: requests/s to Verdaccio's`, value: rate(verdaccio) }, targets.toVerdaccio),
    withTarget({ what: `${what}: requests/s to the bare handler's`, value: rate(bare) }, targets.toBare),
    { what: `${what}: p50 to Verdaccio's`, value: waybill.p50Milliseconds / verdaccio.p50Milliseconds },
    { what: `${what}: p99 to Verdaccio's`, value: waybill.p99Milliseconds / verdaccio.p99Milliseconds },
    { what: `${what}: CPU to Verdaccio's`, value: waybill.cpuSecondsPer1000 / verdaccio.cpuSecondsPer1000 },
    { what: `${what}: memory to Verdaccio's`, value: waybill.memoryMib / verdaccio.memoryMib },
  ];
}

function withTarget(ratio: Ratio, atLeast: number | undefined): Ratio {
  return atLeast === undefined ? ratio : { ...ratio, target: { atLeast } };
}

async function readerOf(server: RegistryServer, resource: Resource, variant: Variant): Promise<Reader> {
  const url = await resource.urlOf(server);
  const reader = { server: server.name, pid: server.pid, url, headers: variant.headers };
  if (variant.isConditional !== true) return reader;
  const { headers } = await ask(url, { headers: variant.headers });
  const conditional = { ...variant.headers, 'if-none-match': headers['etag'] ?? '' };
  const { status } = await ask(url, { headers: conditional });
  if (status !== 304) throw new Error(`${server.name} answered ${status} to its own validator.`);
  return { ...reader, headers: conditional };
}

const keptHeaders = ['content-type', 'content-encoding', 'etag', 'vary', 'cache-control'];

async function bareReader(bare: BareServer, { url, headers }: Reader): Promise<Reader> {
  const { 'if-none-match': _validator, ...unconditional } = headers;
  const answer = await ask(url, { headers: unconditional });
  const kept = Object.fromEntries(Object.entries(answer.headers).filter(([name]) => keptHeaders.includes(name)));
  return { server: 'bare', pid: bare.pid, url: await bare.serve({ headers: kept, body: answer.body }), headers };
}
