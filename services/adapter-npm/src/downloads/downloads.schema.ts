import type { NpmName } from '../names/npm-name.js';
import type { Period } from './period.rules.js';
import { daysIn } from './period.rules.js';

/** Of one package or, without `package`, of a whole repository (npm/registry docs/download-counts.md). */
export interface PointView extends Period {
  readonly downloads: number;
  readonly package?: NpmName;
}

export interface RangeView extends Period {
  readonly downloads: readonly { readonly downloads: number; readonly day: string }[];
  readonly package?: NpmName;
}

export type DailyCounts = ReadonlyMap<string, number>;

export function pointView(period: Period, counts: DailyCounts, name?: NpmName): PointView {
  const downloads = [...counts.values()].reduce((sum, count) => sum + count, 0);
  return { downloads, ...period, ...(name === undefined ? {} : { package: name }) };
}

/** Every day of the period, also those without a download. */
export function rangeView(period: Period, counts: DailyCounts, name?: NpmName): RangeView {
  const downloads = daysIn(period).map((day) => ({ downloads: counts.get(day) ?? 0, day }));
  return { downloads, ...period, ...(name === undefined ? {} : { package: name }) };
}
