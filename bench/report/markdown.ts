import type { Ratio, Row } from '../scenarios/scenario.js';
import type { Conditions } from './conditions.js';
import { formatNumber, formatRow, formatTarget, isMet } from './format.js';
import type { MeasuredScenario } from './measured-scenario.js';

const quickWarning = `**Some of it was measured with \`--quick\`, as the line under each section says: such figures show that the
measurement works, and are too noisy to be quoted.**`;
const introduction = `# npm, side by side

Made by \`pnpm bench npm\` (see [bench](../../bench/README.md)); not edited by hand. Waybill is the standalone with its own
PostgreSQL and NATS, its data directory empty at the start; Verdaccio is another process with Node of the same version, no
uplinks, no web interface, hardly a log; the bare handler is \`node:http\` with the same bytes from memory. They are asked in
turn, in several rounds; every figure is the median of its rounds, every ratio one of medians. The load generator runs on
the same machine and takes its share of it. **The rate limits of Waybill's gateway are off**: one load generator stands
for many clients. Memory is the proportional set size of all processes of a server.`;

/** The report: what is aimed at first, then the ratios, then the figures they come from. */
export function markdownOf(scenarios: readonly MeasuredScenario[], barsFile: string | undefined): string {
  const aims = scenarios.flatMap(({ ratios }) => ratios).filter(({ target }) => target !== undefined);
  const parts = [
    introduction,
    ...(scenarios.some(({ conditions }) => conditions.quick) ? [quickWarning] : []),
    '## What is aimed at',
    ratioTable(aims),
    ...(barsFile === undefined ? [] : [`![Requests per second in proportion to the bare handler](${barsFile})`]),
    ...scenarios.flatMap(sectionOf),
  ];
  return `${parts.join('\n\n')}\n`;
}

function sectionOf({ title, ratios, rows, plots = [], notes = [], conditions }: MeasuredScenario): string[] {
  return [
    `## ${title}`,
    ...notes,
    ratioTable(ratios),
    ...plots.map((plot) => `![${plot.title}: ${plot.yLabel}](${plot.file})`),
    table(rows.map(formatRow)),
    sentenceOf(conditions),
  ];
}

export function ratioTable(ratios: readonly Ratio[]): string {
  return table(
    ratios.map((ratio) => ({
      what: ratio.what,
      ratio: formatNumber(ratio.value),
      aim: ratio.target === undefined ? '' : `${formatTarget(ratio)} ${isMet(ratio) ? '✓' : '✗'}`,
    })),
  );
}

function sentenceOf(conditions: Conditions): string {
  const { processor, processors, memoryGib, kernel, node, verdaccio, load, loadAverage, rounds, secondsPerRound } =
    conditions;
  const load1 = loadAverage === undefined ? '' : `, load average ${formatNumber(loadAverage)}`;
  const length = `${rounds} rounds of ${secondsPerRound} s${conditions.quick ? ' (quick)' : ''}`;
  return `_${conditions.measuredAt.slice(0, 16)}Z, ${conditions.revision}: ${processors} × ${processor}, ${memoryGib} GiB, ${kernel}, Node ${node}, Verdaccio ${verdaccio}, ${load}, ${length}${load1}._`;
}

/** As Prettier writes it: columns padded to their widest cell. */
export function table(rows: readonly Row[]): string {
  const names = Object.keys(rows[0] ?? {});
  const cells = [names, ...rows.map((row) => names.map((name) => String(row[name] ?? '')))];
  const widths = names.map((_name, column) => Math.max(3, ...cells.map((row) => (row[column] ?? '').length)));
  const lineOf = (row: readonly string[]) =>
    `| ${widths.map((width, column) => (row[column] ?? '').padEnd(width)).join(' | ')} |`;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  const [head = [], ...body] = cells;
  return [lineOf(head), rule, ...body.map(lineOf)].join('\n');
}
