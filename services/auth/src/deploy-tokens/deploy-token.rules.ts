import type { Action, Grant, TokenScope } from '@waybill/domain';
import { scopeListsOf } from '@waybill/domain';

/** What a repository lets a deploy token do: work with packages, nothing that manages or takes away for good. */
export const deployActions = ['read', 'publish', 'metadata', 'yank'] as const satisfies readonly Action[];
export type DeployAction = (typeof deployActions)[number];

/** What the repository gave: the scopes of the first of the line. All of the line bound it as well, in `can()`. */
export function grantsOfDeployToken(token: {
  readonly scopes: readonly TokenScope[];
  readonly ceilings?: readonly (readonly TokenScope[])[];
}): Grant[] {
  const first = scopeListsOf(token).at(-1) ?? [];
  return first.flatMap(({ actions, on }): Grant[] =>
    on.kind === 'repository' ? [{ kind: 'repository', repositoryId: on.repositoryId, actions }] : [],
  );
}
