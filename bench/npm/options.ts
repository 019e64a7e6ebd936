import { parseArgs } from 'node:util';
import type { Sizes } from '../scenarios/scenario.js';

export interface Options {
  /** Names of scenarios; empty for all. */
  readonly only: readonly string[];
  readonly sizes: Sizes;
  /** Where the profiles of Waybill go, which then runs under Node's profiler; nothing is written into the report. */
  readonly profile: string | undefined;
  readonly quick: boolean;
  /** Verdaccio signs tokens instead of checking the password's hash with every request, which is its default. */
  readonly verdaccioJwt: boolean;
}

const whole: Sizes = {
  rounds: 5,
  secondsPerRound: 3,
  publishes: 200,
  grownPackages: 5_000,
  grownVersions: 1_000,
  starts: 3,
};

const quickSizes: Sizes = {
  rounds: 3,
  secondsPerRound: 2,
  publishes: 60,
  grownPackages: 200,
  grownVersions: 100,
  starts: 1,
};

/** Throws a TypeError with a sentence for the person who typed them. */
export function parseOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string', multiple: true, default: [] },
      quick: { type: 'boolean', default: false },
      profile: { type: 'string' },
      'verdaccio-jwt': { type: 'boolean', default: false },
      seconds: { type: 'string' },
      rounds: { type: 'string' },
      publishes: { type: 'string' },
    },
  });
  const sizes = values.quick ? quickSizes : whole;
  return {
    only: values.only.flatMap((names) => names.split(',')),
    quick: values.quick,
    profile: values.profile,
    verdaccioJwt: values['verdaccio-jwt'],
    sizes: {
      ...sizes,
      secondsPerRound: positive('seconds', values.seconds) ?? sizes.secondsPerRound,
      rounds: positive('rounds', values.rounds) ?? sizes.rounds,
      publishes: positive('publishes', values.publishes) ?? sizes.publishes,
    },
  };
}

function positive(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new TypeError(`--${name} is a whole number from 1.`);
  return value;
}
