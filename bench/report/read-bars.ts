import type { ScenarioResult } from '../scenarios/scenario.js';
import type { Bars } from './bar-plot.js';

/** Of the rows that have a bare handler next to them: rates in proportion to it. */
export function readBars(scenarios: readonly ScenarioResult[]): Bars[] {
  const rows = scenarios.flatMap((scenario) => scenario.rows);
  return rows
    .filter((row) => row['server'] === 'bare')
    .map((bare) => {
      const rateOf = (server: string) =>
        Number(rows.find((row) => row['what'] === bare['what'] && row['server'] === server)?.['requests/s'] ?? 0);
      const values = ['Waybill', 'Verdaccio'].map((name) => ({ name, value: rateOf(name) / rateOf('bare') }));
      return { label: String(bare['what']), values };
    });
}
