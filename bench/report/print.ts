import type { ScenarioResult } from '../scenarios/scenario.js';
import { formatNumber, formatRow, formatTarget, isMet } from './format.js';

/** Ratios first: figures of a shared machine say little. */
export function printResult({ ratios, rows }: ScenarioResult): void {
  console.table(
    ratios.map((ratio) => ({
      what: ratio.what,
      ratio: formatNumber(ratio.value),
      target: formatTarget(ratio),
      met: ratio.target === undefined ? '' : isMet(ratio) ? 'yes' : 'no',
    })),
  );
  console.table(rows.map(formatRow));
}
