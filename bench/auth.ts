// `pnpm bench auth`: who is calling and what they may do, with few and with many people; see README.md.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { tempDir } from '@waybill/testing';
import { decisionsPerSecond } from './auth/decisions.js';
import { type Installation, startInstallation } from './auth/installation.js';
import { measureLogins } from './auth/logins.js';
import { large, small } from './auth/population.js';
import { writeAuthReport } from './auth/report.js';
import { type Answered, askAsStrangers } from './auth/strangers.js';
import { chooseLoad } from './load/choose-load.js';
import { median } from './load/statistics.js';
import { checkedOutRevision } from './report/conditions.js';
import { printResult } from './report/print.js';
import { measureReads, type ReadFigures } from './scenarios/measure-reads.js';
import type { Ratio, Row } from './scenarios/scenario.js';

const connections = 8;
const whole = { rounds: 5, secondsPerRound: 4, strangersPerRound: 1000 };
const quickSizes = { rounds: 3, secondsPerRound: 2, strangersPerRound: 300 };
const atMost = 1.5;
const busyAtMost = 2;

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
  const sizes = values.quick ? quickSizes : whole;
  const load = await chooseLoad();
  await using directory = await tempDir('bench');
  await using running = new AsyncDisposableStack();
  const tokens = 1 + 2 * sizes.rounds * sizes.strangersPerRound;
  const start = async (population: typeof small) => {
    const folder = join(directory.path, population.name);
    await mkdir(folder);
    const installation = await startInstallation(folder, population, tokens);
    running.defer(() => installation.stop());
    return installation;
  };
  const installations = [await start(small), await start(large)] as const;
  const noGrowth = { publishes: 0, grownPackages: 0, grownVersions: 0, starts: 0 };
  const bench = { load, sizes: { ...sizes, ...noGrowth } };
  const known = await measureReads(bench, installations.map(knownReader), connections);
  const strangers = await measureStrangers(installations, sizes);
  const logins = await measureLogins(installations[0], load, sizes);
  const ratios: Ratio[] = [
    ratio('private read of a known caller: p50, large to small', p50s(known), atMost),
    ratio('private read of strangers: p50, large to small', p50s(strangers.reads), atMost),
    ratio('who is this, of strangers: p50, large to small', p50s(strangers.questions)),
    {
      what: 'p99 of private reads while people sign in, to without',
      value: logins.busy.p99Milliseconds / logins.quiet.p99Milliseconds,
      target: { atMost: busyAtMost },
    },
  ];
  const reads = [
    ...rowsOf('packument, known', known),
    ...rowsOf('packument, strangers', strangers.reads),
    ...rowsOf('GET /api/v1/session, strangers', strangers.questions),
  ];
  const loginRows: Row[] = [
    { reads: 'alone', 'requests/s': logins.quiet.requestsPerSecond, 'p99 ms': logins.quiet.p99Milliseconds },
    {
      reads: 'while people sign in',
      'requests/s': logins.busy.requestsPerSecond,
      'p99 ms': logins.busy.p99Milliseconds,
      'sign-ins/s': logins.loginsPerSecond,
    },
  ];
  await running.disposeAsync();
  const decisions = [1, 200, 2000].flatMap((grants) =>
    [1, 6].map((lists) => ({ grants, lists, 'decisions/s': decisionsPerSecond(grants, lists) })),
  );
  printResult({ ratios, rows: [...reads, ...loginRows, ...decisions] });
  const revision = await checkedOutRevision();
  await writeAuthReport({
    ratios,
    decisions,
    reads,
    logins: loginRows,
    revision,
    load: load.name,
    quick: values.quick,
  });
}

/** Each round other tokens, and every other round the other one first. */
async function measureStrangers(
  installations: readonly Installation[],
  { rounds, strangersPerRound }: typeof whole,
): Promise<{ reads: Answered[]; questions: Answered[] }> {
  const reads = installations.map((): Answered[] => []);
  const questions = installations.map((): Answered[] => []);
  for (let round = 0; round < rounds; round += 1) {
    const order = [...installations.keys()];
    for (const index of round % 2 === 0 ? order : order.toReversed()) {
      const installation = installations[index];
      if (installation === undefined) continue;
      const { tokens, packumentUrl, url } = installation;
      const slice = (part: number) => {
        const from = 1 + (2 * round + part) * strangersPerRound;
        return tokens.slice(from, from + strangersPerRound);
      };
      reads[index]?.push(await askAsStrangers(packumentUrl, slice(0)));
      questions[index]?.push(await askAsStrangers(`${url}/api/v1/session`, slice(1)));
    }
  }
  return { reads: reads.map(middleOf), questions: questions.map(middleOf) };
}

function knownReader({ name, pid, packumentUrl, tokens: [token = ''] }: Installation) {
  const headers = { 'accept-encoding': 'gzip,deflate', authorization: `Bearer ${token}` };
  return { server: name, pid, url: packumentUrl, headers };
}

function middleOf(rounds: readonly Answered[]): Answered {
  const middle = (pick: (round: Answered) => number) => median(rounds.map(pick));
  return {
    requestsPerSecond: middle((round) => round.requestsPerSecond),
    p50Milliseconds: middle((round) => round.p50Milliseconds),
    p99Milliseconds: middle((round) => round.p99Milliseconds),
  };
}

function p50s(figures: readonly (Answered | ReadFigures)[]): number[] {
  return figures.map(({ p50Milliseconds }) => p50Milliseconds);
}

function ratio(what: string, [few = Number.NaN, many = Number.NaN]: readonly number[], limit?: number): Ratio {
  const value = many / few;
  return limit === undefined ? { what, value } : { what, value, target: { atMost: limit } };
}

function rowsOf(what: string, [few, many]: readonly (Answered | ReadFigures)[]): Row[] {
  return [['small', few] as const, ['large', many] as const].flatMap(([installation, figures]) =>
    figures === undefined
      ? []
      : [
          {
            what,
            installation,
            'requests/s': figures.requestsPerSecond,
            'p50 ms': figures.p50Milliseconds,
            'p99 ms': figures.p99Milliseconds,
          },
        ],
  );
}

await main();
