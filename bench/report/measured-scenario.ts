import type { ScenarioResult } from '../scenarios/scenario.js';
import type { Conditions } from './conditions.js';

/** A result with all that a report needs; kept as JSON between runs. */
export interface MeasuredScenario extends ScenarioResult {
  readonly name: string;
  readonly title: string;
  readonly conditions: Conditions;
}
