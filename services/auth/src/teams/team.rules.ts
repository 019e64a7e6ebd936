import type { OrganizationId, Principal } from '@waybill/domain';
import { can, tokenReaches } from '@waybill/domain';

export const maxTeamsPerOrganization = 1000;
export const maxMembersPerTeam = 5000;

/** Whether the caller knows of secret teams without being in them. */
export function seesSecretTeams(caller: Principal, organizationId: OrganizationId): boolean {
  const resource = { kind: 'organization' as const, organizationId };
  return can(caller, 'manage-access', resource).allowed || can(caller, 'audit', resource).allowed;
}

/** Whether a maintainer of a team acts as one: with a token only if that may manage access in the organization (A4). */
export function mayActAsMaintainer(caller: Principal, organizationId: OrganizationId): boolean {
  if (caller.kind !== 'token') return caller.kind === 'user';
  return tokenReaches(caller, 'manage-access', { kind: 'organization', organizationId });
}
