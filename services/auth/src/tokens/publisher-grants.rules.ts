import type { Grant, TokenScope } from '@waybill/domain';

/** What its publishers gave a minted token: exactly its scopes, all of which name a repository. */
export function grantsOfPublisherToken(scopes: readonly TokenScope[]): Grant[] {
  return scopes.flatMap(({ actions, on }): Grant[] => {
    if (on.kind === 'package') {
      return [{ kind: 'packages', repositoryId: on.repositoryId, purls: [on.purl], actions }];
    }
    if (on.kind === 'repository') return [{ kind: 'repository', repositoryId: on.repositoryId, actions }];
    if (on.kind !== 'pattern' || on.repositoryId === undefined) return [];
    const { organizationId, repositoryId, purlPrefix } = on;
    return [{ kind: 'pattern', organizationId, repositoryId, purlPrefix, actions }];
  });
}
