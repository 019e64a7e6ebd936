import type { Action, OrganizationId, Principal, PackagePurl, RepositoryId, Resource, Role } from '@waybill/domain';
import { actions, can, DomainError } from '@waybill/domain';

/** The role of the caller by membership; undefined for who is none. */
export function roleIn(caller: Principal, organizationId: OrganizationId): Role | undefined {
  if (caller.kind === 'anonymous') return undefined;
  const membership = caller.grants.find(
    (grant) => grant.kind === 'organization' && grant.organizationId === organizationId,
  );
  return membership?.kind === 'organization' ? membership.role : undefined;
}

/** For what not even an administrator of the organization does. Throws `forbidden` `organization.owners-only`. */
export function requireOwner(caller: Principal, organizationId: OrganizationId): void {
  const isInstallationAdmin = caller.kind !== 'anonymous' && caller.installationAdmin;
  if (isInstallationAdmin || roleIn(caller, organizationId) === 'owner') return;
  throw new DomainError('forbidden', 'organization.owners-only', 'Only an owner of the organization can do this.');
}

const nowhere = '00000000-0000-4000-8000-000000000000' as RepositoryId;

/**
 * A package that stands for all of an organization's: no grant on a single repository, package or name pattern reaches it.
 * No package has such a purl, nor any prefix of purls a NUL.
 */
export function anyPackageOf(organizationId: OrganizationId): Extract<Resource, { kind: 'package' }> {
  const purl = 'pkg:any/any\u0000' as PackagePurl;
  return { kind: 'package', organizationId, repositoryId: nowhere, visibility: 'private', purl };
}

/** What the caller may do: for portals that show only what works. The services decide again. */
export interface Capabilities {
  readonly role: Role | null;
  /** On the organization itself. */
  readonly organization: readonly Action[];
  /** On each of its repositories and packages, as far as the organization itself gives it. */
  readonly packages: readonly Action[];
  readonly may: {
    readonly changeSettings: boolean;
    readonly requireTwoFactor: boolean;
    readonly manageMembers: boolean;
    readonly manageTeams: boolean;
    readonly manageGrants: boolean;
    readonly seeMembers: boolean;
    readonly readAudit: boolean;
    readonly transfer: boolean;
    readonly delete: boolean;
    readonly leave: boolean;
  };
}

export function capabilitiesIn(
  caller: Principal,
  { organizationId, privateMembers }: { readonly organizationId: OrganizationId; readonly privateMembers: boolean },
): Capabilities {
  const organization = { kind: 'organization' as const, organizationId };
  const allowed = (resource: Resource) => actions.filter((action) => can(caller, action, resource).allowed);
  const onOrganization = allowed(organization);
  const role = roleIn(caller, organizationId) ?? null;
  const manages = onOrganization.includes('manage-access');
  const installationAdmin = caller.kind !== 'anonymous' && caller.installationAdmin;
  const rules = onOrganization.includes('admin') && (role === 'owner' || installationAdmin);
  return {
    role,
    organization: onOrganization,
    packages: allowed(anyPackageOf(organizationId)),
    may: {
      changeSettings: manages,
      requireTwoFactor: manages && rules,
      manageMembers: manages,
      manageTeams: manages,
      manageGrants: manages,
      seeMembers: maySeeMembers(caller, { organizationId, privateMembers }),
      readAudit: onOrganization.includes('audit'),
      transfer: onOrganization.includes('admin') && role === 'owner',
      delete: rules,
      leave: role !== null,
    },
  };
}

/** Whether the caller sees who else is a member: with a private directory only who manages access or audits does. */
export function maySeeMembers(
  caller: Principal,
  { organizationId, privateMembers }: { readonly organizationId: OrganizationId; readonly privateMembers: boolean },
): boolean {
  const resource = { kind: 'organization' as const, organizationId };
  const needed: readonly Action[] = privateMembers ? ['manage-access', 'audit'] : ['read'];
  return needed.some((action) => can(caller, action, resource).allowed);
}
