import { writeFile } from 'node:fs/promises';
import { cpus, loadavg, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { formatNumber, formatRow } from '../report/format.js';
import { ratioTable, table } from '../report/markdown.js';
import type { Ratio, Row } from '../scenarios/scenario.js';

export interface AuthReport {
  readonly ratios: readonly Ratio[];
  readonly decisions: readonly Row[];
  readonly reads: readonly Row[];
  readonly logins: readonly Row[];
  readonly revision: string;
  readonly load: string;
  readonly quick: boolean;
}

const introduction = `# Who is calling, and what they may do

Made by \`pnpm bench auth\` (see [bench](../../bench/README.md)); not edited by hand. Two installations run side by side, each the
standalone with its own PostgreSQL and NATS: a small one with 10 people, 2 teams and 20 grants, and a large one with 10,000
people, 1,000 teams and 100,000 grants, written into the database; a person is in two teams, and so has 20 grants here and 200 there. They are asked in turn. "Known": one
caller again and again, as the gateway remembers them for ten seconds. "Strangers": each request has another token, which
nobody has presented before, so that auth is asked each time. Passwords are hashed with the cost that is the default. The load
generator runs on the same machine, and the rate limits of the gateways are off.`;

const file = join(import.meta.dirname, '../../docs/bench/auth.md');
const bytesPerGib = 1024 ** 3;

export async function writeAuthReport(report: AuthReport): Promise<void> {
  const parts = [
    introduction,
    '## What is aimed at',
    ratioTable(report.ratios),
    '## Decisions',
    'In one process, on the last of the grants; "lists" are the token’s own scopes and those of the tokens that it was made from.',
    table(report.decisions.map(formatRow)),
    '## Private reads',
    table(report.reads.map(formatRow)),
    '## Reads while people sign in',
    table(report.logins.map(formatRow)),
    conditionsOf(report),
  ];
  await writeFile(file, `${parts.join('\n\n')}\n`);
}

function conditionsOf({ revision, load, quick }: AuthReport): string {
  const all = cpus();
  const machine = `${all.length} × ${all[0]?.model ?? 'unknown'}, ${Math.round(totalmem() / bytesPerGib)} GiB, ${process.platform} ${release()}`;
  const short = quick ? ', short rounds (--quick): too noisy to be quoted' : '';
  return `_${new Date().toISOString().slice(0, 16)}Z, ${revision}: ${machine}, Node ${process.version}, ${load}, load average ${formatNumber(loadavg()[0] ?? 0)}${short}._`;
}
