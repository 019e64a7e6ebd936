import { writeFile } from 'node:fs/promises';
import { cpus, loadavg, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { formatNumber, formatRow } from '../report/format.js';
import { ratioTable, table } from '../report/markdown.js';
import type { Ratio, Row } from '../scenarios/scenario.js';

export interface ExchangeReport {
  readonly ratios: readonly Ratio[];
  readonly rows: readonly Row[];
  readonly revision: string;
  readonly quick: boolean;
}

const introduction = `# ID tokens for tokens of ours

Made by \`pnpm bench exchange\` (see [bench](../../bench/README.md)); not edited by hand. Two installations run side by side, each the
standalone with its own PostgreSQL and NATS, with 100 and with 10,000 trusted publishers of one issuer. Each exchange is a request to
\`POST /api/v1/oidc/exchange\` through the gateway with a token that nobody has used before, signed with RS256; it verifies, matches,
claims the token, pins, mints and audits. The keys of the issuer are known. Figures are medians of the rounds. The clients run on the same
machine, and the limits on how often are off.`;

const file = join(import.meta.dirname, '../../docs/bench/exchange.md');
const bytesPerGib = 1024 ** 3;

export async function writeExchangeReport({ ratios, rows, revision, quick }: ExchangeReport): Promise<void> {
  const all = cpus();
  const machine = `${all.length} × ${all[0]?.model ?? 'unknown'}, ${Math.round(totalmem() / bytesPerGib)} GiB, ${process.platform} ${release()}`;
  const short = quick ? ', short rounds (--quick): too noisy to be quoted' : '';
  const conditions = `_${new Date().toISOString().slice(0, 16)}Z, ${revision}: ${machine}, Node ${process.version}, load average ${formatNumber(loadavg()[0] ?? 0)}${short}._`;
  const parts = [
    introduction,
    '## What is aimed at',
    ratioTable(ratios),
    '## Exchanges',
    table(rows.map(formatRow)),
    conditions,
  ];
  await writeFile(file, `${parts.join('\n\n')}\n`);
}
