import type { Action, BasePermission, Grant, OrganizationId, PackagePurl, RepositoryId, Role } from '@waybill/domain';
import { actions } from '@waybill/domain';
import { ownerActions } from '../package-owners/package-owners.rules.js';

/** More never travel with a person: what is beyond gives nothing. */
export const maxGrants = 10_000;
/** They travel with each of their requests, and a message has 1 MiB. */
const maxGrantBytes = 384 * 1024;

/** Everything that the tables give to one person or service account, directly or through a team. */
export interface GivenToPerson {
  readonly memberships: readonly {
    readonly organizationId: OrganizationId;
    readonly role: Role;
    readonly basePermission: BasePermission;
  }[];
  readonly given: readonly {
    readonly organizationId: OrganizationId;
    readonly kind: 'organization' | 'repository' | 'package' | 'pattern';
    readonly repositoryId: RepositoryId | null;
    readonly packagePurl: PackagePurl | null;
    readonly purlPrefix: string | null;
    readonly actions: readonly Action[];
  }[];
  readonly ownedPackages: readonly {
    readonly organizationId: OrganizationId;
    readonly repositoryId: RepositoryId;
    readonly purl: PackagePurl;
  }[];
}

type ActionsGrant = Exclude<Grant, { kind: 'organization' }>;

/**
 * As grants: several on the same become one, what a role in the organization gives anyway is left out, and there is an end, in
 * number and in bytes. `left`: how many were left out for that; they give nothing (fail closed). What organizations give that the
 * person is no member of comes last, so that strangers push nothing out.
 */
export function grantsOfPerson({ memberships, given, ownedPackages }: GivenToPerson): {
  readonly grants: readonly Grant[];
  readonly left: number;
} {
  // Owners and administrators may do everything: nothing adds to that.
  const ruled = new Set(
    memberships.flatMap(({ organizationId, role }) => (role === 'owner' || role === 'admin' ? [organizationId] : [])),
  );
  const own = new Set(memberships.map(({ organizationId }) => organizationId));
  const merged = new Map<string, ActionsGrant>();
  for (const isOwn of [true, false]) {
    const counts = ({ organizationId }: { readonly organizationId: OrganizationId }) =>
      own.has(organizationId) === isOwn && !ruled.has(organizationId);
    for (const row of given.filter(counts)) merge(merged, grantOfRow(row));
    for (const { repositoryId, purl } of ownedPackages.filter(counts)) {
      merge(merged, { kind: 'packages', repositoryId, purls: [purl], actions: ownerActions });
    }
  }
  const byRole = memberships.map((membership) => ({ kind: 'organization' as const, ...membership }));
  const { grants, left } = bounded([...byRole, ...merged.values()]);
  return { grants: packagesTogether(grants), left };
}

/** Packages of one repository on which somebody may do the same are one grant, where the first of them was. */
function packagesTogether(grants: readonly Grant[]): readonly Grant[] {
  const alike = new Map<string, { readonly grant: Grant; readonly purls: PackagePurl[] }>();
  for (const grant of grants) {
    const isNamed = grant.kind === 'packages';
    const key = isNamed ? `${grant.repositoryId} ${grant.actions.join(' ')}` : `other ${alike.size}`;
    const purls = isNamed ? grant.purls : [];
    const before = alike.get(key);
    if (before === undefined) alike.set(key, { grant, purls: [...purls] });
    else before.purls.push(...purls);
  }
  return [...alike.values()].map(({ grant, purls }) => (grant.kind === 'packages' ? { ...grant, purls } : grant));
}

function merge(merged: Map<string, ActionsGrant>, grant: ActionsGrant | undefined): void {
  if (grant === undefined) return;
  const { actions: own } = grant;
  const key = keyOf(grant);
  const before = merged.get(key)?.actions ?? [];
  const all = before.length === 0 ? own : actions.filter((action) => own.includes(action) || before.includes(action));
  merged.set(key, { ...grant, actions: all });
}

function keyOf(grant: ActionsGrant): string {
  switch (grant.kind) {
    case 'organization-actions':
      return `organization ${grant.organizationId}`;
    case 'repository':
      return `repository ${grant.repositoryId}`;
    case 'packages':
      return `packages ${grant.repositoryId} ${grant.purls.join(' ')}`;
    case 'pattern':
      return `pattern ${grant.organizationId} ${grant.repositoryId ?? ''} ${grant.purlPrefix}`;
  }
}

/** One row of the table of grants, as a grant; undefined for one that the table's checks refuse. */
export function grantOfRow(row: GivenToPerson['given'][number]): ActionsGrant | undefined {
  const { organizationId, repositoryId, packagePurl: purl, purlPrefix, actions: own } = row;
  switch (row.kind) {
    case 'organization':
      return { kind: 'organization-actions', organizationId, actions: own };
    case 'repository':
      return repositoryId === null ? undefined : { kind: 'repository', repositoryId, actions: own };
    case 'package':
      return repositoryId === null || purl === null
        ? undefined
        : { kind: 'packages', repositoryId, purls: [purl], actions: own };
    case 'pattern': {
      const inRepository = repositoryId === null ? {} : { repositoryId };
      return purlPrefix === null
        ? undefined
        : { kind: 'pattern', organizationId, ...inRepository, purlPrefix, actions: own };
    }
  }
}

function bounded(grants: readonly Grant[]): { readonly grants: readonly Grant[]; readonly left: number } {
  let bytes = 0;
  const end = grants.findIndex((grant, index) => {
    bytes += Buffer.byteLength(JSON.stringify(grant)) + 1;
    return index >= maxGrants || bytes > maxGrantBytes;
  });
  return end === -1 ? { grants, left: 0 } : { grants: grants.slice(0, end), left: grants.length - end };
}
