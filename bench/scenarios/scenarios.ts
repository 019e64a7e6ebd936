import { growthPackages, growthVersions } from './growth.js';
import { packument1 } from './packument-1.js';
import { packument200 } from './packument-200.js';
import { privatePackument } from './private-packument.js';
import { publishLatency, publishThroughput } from './publishes.js';
import type { Scenario } from './scenario.js';
import { startAndRest } from './start-and-rest.js';
import { tarballLarge, tarballSmall } from './tarballs.js';

/** Everything that `pnpm bench npm` measures, in this order; what grows the servers comes last. */
export const npmScenarios: readonly Scenario[] = [
  startAndRest,
  packument1,
  packument200,
  tarballSmall,
  tarballLarge,
  privatePackument,
  publishLatency,
  publishThroughput,
  growthPackages,
  growthVersions,
];
