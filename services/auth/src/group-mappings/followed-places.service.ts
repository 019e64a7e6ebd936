import { Injectable } from '@nestjs/common';
import type { AuditedAction } from '@waybill/audit';
import { AuditTrail } from '@waybill/audit';
import type { EntityManager } from 'typeorm';
import type { MembershipEntity } from '../memberships/membership.entity.js';
import { MembershipsRepository } from '../memberships/memberships.repository.js';
import { PackageOwnersRepository } from '../package-owners/package-owners.repository.js';
import type { FollowedMembershipEntity } from './followed-membership.entity.js';
import type { FollowedKey } from './followed-memberships.repository.js';
import { FollowedMembershipsRepository } from './followed-memberships.repository.js';
import { GroupMappingsRepository } from './group-mappings.repository.js';
import type { MappedPlace } from './group-sync.rules.js';
import { followsRole, placesOf } from './group-sync.rules.js';

/** Why a place ends: no group gives it, its mapping is gone, or nobody has heard of the person for too long. */
export type EndOfPlace = 'group' | 'mapping' | 'not-seen';

type Place = Pick<FollowedKey, 'userId' | 'organizationId'>;

/**
 * Gives and takes what groups give in one organization. The organization and then the user are locked; whoever calls it tells
 * the gateways. Within `CredentialChanges.run`.
 */
@Injectable()
export class FollowedPlaces {
  constructor(
    private readonly mappings: GroupMappingsRepository,
    private readonly followed: FollowedMembershipsRepository,
    private readonly memberships: MembershipsRepository,
    private readonly ownerships: PackageOwnersRepository,
    private readonly audit: AuditTrail,
  ) {}

  /** Whether what the user may do has changed by it. */
  async enter(
    manager: EntityManager,
    { userId, provider }: Pick<FollowedKey, 'userId' | 'provider'>,
    { organizationId, role, teamIds, mappingIds }: MappedPlace,
    before: FollowedMembershipEntity | undefined,
  ): Promise<boolean> {
    const place = { organizationId, userId };
    const membership = await this.memberships.find(manager, place);
    const madeMember = membership === undefined || (before?.madeMember ?? false);
    const previousTeams = before?.teamIds ?? [];
    const left = previousTeams.filter((teamId) => !teamIds.some((kept) => kept === teamId));
    const joined = teamIds.filter((teamId) => !previousTeams.includes(teamId));
    const lists = { teamIds: [...teamIds], mappingIds: [...mappingIds] };
    await this.followed.save(manager, { ...place, provider, madeMember, ...lists });
    if (membership === undefined) {
      await this.memberships.insert(manager, { ...place, role });
      await this.#record(manager, 'membership.add', place, { role });
    } else if (membership.role !== role && followsRole(membership.role, madeMember)) {
      await this.memberships.changeRole(manager, place, role);
      await this.#record(manager, 'membership.change', place, { from: membership.role, to: role });
    } else if (left.length + joined.length === 0 && before !== undefined) {
      return false;
    }
    await this.mappings.leaveTeams(manager, userId, left);
    await this.mappings.joinTeams(manager, userId, joined);
    for (const teamId of joined) await this.#record(manager, 'team-member.add', place, { teamId });
    for (const teamId of left) await this.#record(manager, 'team-member.remove', place, { teamId });
    return true;
  }

  /** What is left of it without the mappings that are gone. Nobody comes back by it who was removed by hand. */
  async reduce(manager: EntityManager, before: FollowedMembershipEntity): Promise<void> {
    const [place] = placesOf(await this.mappings.still(manager, before));
    const isMember = (await this.memberships.find(manager, before)) !== undefined;
    if (place === undefined || !isMember) await this.leave(manager, before, 'mapping');
    else await this.enter(manager, before, place, before);
  }

  async leave(manager: EntityManager, followed: FollowedMembershipEntity, because: EndOfPlace): Promise<void> {
    const { userId, teamIds } = followed;
    await this.mappings.leaveTeams(manager, userId, teamIds);
    await this.followed.forget(manager, followed);
    const membership = await this.memberships.find(manager, followed);
    if (membership === undefined) return;
    const isOver = followsRole(membership.role, followed.madeMember) && !(await this.#passOn(manager, followed));
    if (isOver) await this.#endMembership(manager, membership, because);
    else await this.#record(manager, 'team-member.remove', followed, { teamIds, because });
  }

  /** Groups of another system that give a place there as well keep it up from now on, as far as they give it. */
  async #passOn(manager: EntityManager, { teamIds, ...ended }: FollowedMembershipEntity): Promise<boolean> {
    const [other] = await this.followed.in(manager, ended);
    if (other === undefined) return false;
    other.madeMember = true;
    other.teamIds = other.teamIds.filter((teamId) => !teamIds.includes(teamId));
    await this.reduce(manager, other);
    return true;
  }

  async #endMembership(
    manager: EntityManager,
    { organizationId, userId, role }: MembershipEntity,
    because: EndOfPlace,
  ): Promise<void> {
    const place = { organizationId, userId };
    await this.ownerships.endGrants(manager, place);
    const ended = await this.memberships.endGiven(manager, place);
    await this.memberships.remove(manager, place);
    await this.#record(manager, 'membership.remove', place, { from: role, ...ended, because });
  }

  async #record(
    manager: EntityManager,
    action: AuditedAction,
    { userId, organizationId }: Place,
    details: object,
  ): Promise<void> {
    await this.audit.record(
      manager,
      { actor: 'group-mapping' },
      { action, subject: `user:${userId}`, organizationId, details: { ...details, userId } },
    );
  }
}
