import { z } from 'zod';
import type { Statement } from './statement.js';

const text = z.string().max(2000);

// https://slsa.dev/spec/v1.0/provenance with GitHub's build type for workflows; other build types name a `source`.
const parametersV1 = z.looseObject({
  buildDefinition: z.looseObject({
    externalParameters: z.looseObject({
      workflow: z.looseObject({ repository: text }).optional().catch(undefined),
      source: text.optional().catch(undefined),
    }),
  }),
});

// https://slsa.dev/spec/v0.2/provenance
const invocationV02 = z.looseObject({
  invocation: z.looseObject({ configSource: z.looseObject({ uri: text }) }),
});

/** The repository that a statement itself claims to be built from; whoever may sign may write anything there. */
export function claimedSource({ predicateType, predicate }: Statement): string | undefined {
  if (predicateType === 'https://slsa.dev/provenance/v1') {
    const { workflow, source } = parametersV1.safeParse(predicate).data?.buildDefinition.externalParameters ?? {};
    return workflow?.repository ?? source;
  }
  return invocationV02.safeParse(predicate).data?.invocation.configSource.uri;
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
