/** Why answers to some steps differ in something, and why that is right. */
export interface Explanation {
  /** Names of steps, each of which must show every one of the differences; `any`: somewhere. */
  readonly steps: readonly string[] | 'any';
  readonly differences: readonly string[];
  /** Not always seen: it depends on what other tests of the same stack did, or on time. */
  readonly isOccasional?: true;
  /** One sentence: what the specification says, or why Waybill's answer serves clients better. */
  readonly why: string;
}

/** Differences: paths that only one of the two has. */
export function onlyVerdaccio(...paths: readonly string[]): string[] {
  return paths.map((path) => `only Verdaccio: ${path}`);
}

export function onlyWaybill(...paths: readonly string[]): string[] {
  return paths.map((path) => `only Waybill: ${path}`);
}

/** Of the differences of a step, those that nothing explains. */
export function unexplained(
  explanations: readonly Explanation[],
  step: string,
  differences: readonly string[],
): string[] {
  const explained = new Set(
    explanations
      .filter(({ steps }) => steps === 'any' || steps.includes(step))
      .flatMap((explanation) => explanation.differences),
  );
  return differences.filter((difference) => !explained.has(difference));
}

/** What the explanations speak of and what is not there, as `step: difference`. */
export function unused(explanations: readonly Explanation[], found: ReadonlyMap<string, readonly string[]>): string[] {
  const everywhere = new Set([...found.values()].flat());
  return explanations.flatMap(({ steps, differences, isOccasional = false }) =>
    isOccasional
      ? []
      : steps === 'any'
        ? differences.filter((difference) => !everywhere.has(difference)).map((difference) => `any: ${difference}`)
        : steps.flatMap((step) =>
            differences
              .filter((difference) => found.get(step)?.includes(difference) !== true)
              .map((difference) => `${step}: ${difference}`),
          ),
  );
}
