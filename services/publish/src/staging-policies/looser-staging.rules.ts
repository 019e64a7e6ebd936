import type { StagingPolicy } from './staging-policy.schema.js';

/** What asks less than before: a stolen token must not do that alone (security.md W7). A field that is not here does not compile. */
const looser: { readonly [Field in keyof StagingPolicy]: (before: StagingPolicy, after: StagingPolicy) => boolean } = {
  approvals: (before, after) => after.approvals < before.approvals,
  stagedOnly: (before, after) => before.stagedOnly && !after.stagedOnly,
};

/** The fields that ask less than before. */
export function looserStaging(before: StagingPolicy, after: StagingPolicy): (keyof StagingPolicy)[] {
  return (Object.keys(looser) as (keyof StagingPolicy)[]).filter((field) => looser[field](before, after));
}
