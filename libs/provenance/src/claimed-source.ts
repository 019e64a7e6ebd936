import { z } from 'zod';
import { refused } from './refusal.js';
import type { Statement } from './statement.js';

// https://slsa.dev/spec/v1.0/provenance with GitHub's build type for workflows; other build types name a `source`.
const parametersV1 = z.looseObject({
  buildDefinition: z.looseObject({
    externalParameters: z.looseObject({ workflow: z.unknown().optional(), source: z.unknown().optional() }),
  }),
});
const workflowV1 = z.looseObject({ repository: z.unknown().optional() });

// https://slsa.dev/spec/v0.2/provenance
const invocationV02 = z.looseObject({
  invocation: z.looseObject({ configSource: z.looseObject({ uri: z.unknown().optional() }) }),
});

/**
 * The repositories that a statement itself claims to be built from; whoever may sign may write anything there. Errors: `invalid`
 * `provenance.malformed` for a claim that is no text.
 */
export function claimedSources({ predicateType, predicate }: Statement): readonly string[] {
  const claims = predicateType === 'https://slsa.dev/provenance/v1' ? claimsOfV1(predicate) : claimsOfV02(predicate);
  return claims
    .filter((claim) => claim !== undefined && claim !== null)
    .map((claim) => {
      if (typeof claim === 'string') return claim;
      throw refused('malformed', 'The repository that the provenance bundle claims is no text.');
    });
}

function claimsOfV1(predicate: unknown): readonly unknown[] {
  const parameters = parametersV1.safeParse(predicate).data?.buildDefinition.externalParameters;
  return [workflowV1.safeParse(parameters?.workflow).data?.repository, parameters?.source];
}

function claimsOfV02(predicate: unknown): readonly unknown[] {
  return [invocationV02.safeParse(predicate).data?.invocation.configSource.uri];
}

/** Whether two addresses are of one repository, however Git or the forge writes them: `git+https://…/left-pad.git@refs/tags/v1`. */
export function isSameRepository(one: string, other: string): boolean {
  return plainAddress(one) === plainAddress(other);
}

function plainAddress(address: string): string {
  const withoutRef = address.replace(/^git\+/, '').replace(/@(refs\/.*|[0-9a-f]{40})$/, '');
  return withoutRef
    .replace(/\/$/, '')
    .replace(/\.git$/, '')
    .toLowerCase();
}
