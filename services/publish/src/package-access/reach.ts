import type { Action, OrganizationId, PackagePurl, Principal, RepositoryId } from '@waybill/domain';
import { actionsOnPackages } from '@waybill/domain';

/** On what packages somebody was given an action, without what is open to more people than that. */
export interface Reach {
  readonly everything: boolean;
  readonly organizations: readonly OrganizationId[];
  readonly repositories: readonly RepositoryId[];
  readonly packages: readonly { readonly repositoryId: RepositoryId; readonly purl: PackagePurl }[];
  readonly patterns: readonly {
    readonly organizationId: OrganizationId;
    readonly repositoryId?: RepositoryId;
    readonly purlPrefix: string;
  }[];
}

type Given = Partial<Record<'organizationId' | 'repositoryId' | 'purl' | 'purlPrefix', string>> & {
  readonly kind: string;
  readonly purls?: readonly string[];
};

const nothing: Reach = { everything: false, organizations: [], repositories: [], packages: [], patterns: [] };

/** What the grants of somebody give, whatever the token; `grantCovers` of libs/domain says the same of one package. */
export function reachOfGrants(principal: Principal, action: Action): Reach {
  if (principal.kind === 'anonymous') return nothing;
  if (principal.installationAdmin) return { ...nothing, everything: true };
  return reachOf(
    principal.grants.filter((grant) =>
      grant.kind === 'organization'
        ? actionsOnPackages(grant.role, grant.basePermission ?? 'publish').includes(action)
        : grant.actions.includes(action),
    ),
  );
}

/** What a token may do at most: only what all of these allow (A4). None where there is no token. */
export function reachesOfToken(principal: Principal, action: Action): readonly Reach[] {
  if (principal.kind !== 'token') return [];
  return [principal.scopes, ...(principal.ceilings ?? [])].map((scopes) => {
    const places = scopes.filter(({ actions }) => actions.includes(action)).map(({ on }) => on);
    return { ...reachOf(places), everything: places.some(({ kind }) => kind === 'everything') };
  });
}

function reachOf(given: readonly Given[]): Reach {
  const of = (kind: string) => given.filter((one) => one.kind === kind);
  return {
    everything: false,
    organizations: [...of('organization'), ...of('organization-actions')].map(
      ({ organizationId }) => organizationId as OrganizationId,
    ),
    repositories: of('repository').map(({ repositoryId }) => repositoryId as RepositoryId),
    packages: [...of('package'), ...of('packages')].flatMap(({ repositoryId, purl, purls = [] }) =>
      [...purls, ...(purl === undefined ? [] : [purl])].map((named) => ({
        repositoryId: repositoryId as RepositoryId,
        purl: named as PackagePurl,
      })),
    ),
    patterns: of('pattern').map(({ organizationId, repositoryId, purlPrefix = '' }) => ({
      organizationId: organizationId as OrganizationId,
      ...(repositoryId === undefined ? {} : { repositoryId: repositoryId as RepositoryId }),
      purlPrefix,
    })),
  };
}
