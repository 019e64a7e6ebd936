import type { LoadGenerator } from '../load/load.js';
import type { BareServer } from '../servers/bare.js';
import type { RegistryServer } from '../servers/server.js';

/** What a scenario runs with: the servers are started once, scenarios take turns. */
export interface Bench {
  readonly waybill: RegistryServer;
  readonly verdaccio: RegistryServer;
  readonly bare: BareServer;
  readonly load: LoadGenerator;
  readonly sizes: Sizes;
  /** What was built and is measured; the tree may move on meanwhile. */
  readonly revision: string;
}

/** How long and how much. */
export interface Sizes {
  readonly rounds: number;
  readonly secondsPerRound: number;
  readonly publishes: number;
  readonly grownPackages: number;
  readonly grownVersions: number;
  readonly starts: number;
}

export interface Ratio {
  readonly what: string;
  readonly value: number;
  readonly target?: { readonly atLeast: number } | { readonly atMost: number };
}

export type Row = Readonly<Record<string, string | number>>;

/** Bars are ratios of medians; lines are a value that changes as something grows. */
export interface Plot {
  readonly file: string;
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly lines: readonly {
    readonly name: string;
    readonly points: readonly { readonly x: number; readonly y: number }[];
  }[];
}

export interface ScenarioResult {
  readonly ratios: readonly Ratio[];
  readonly rows: readonly Row[];
  readonly plots?: readonly Plot[];
  /** Sentences a reader of the figures must know. */
  readonly notes?: readonly string[];
}

export interface Scenario {
  readonly name: string;
  readonly title: string;
  run(bench: Bench): Promise<ScenarioResult>;
}
