import { Injectable } from '@nestjs/common';
import type { AuditActor, AuditedAction } from '@waybill/audit';
import { AuditTrail } from '@waybill/audit';
import type { OrganizationId, Principal, Role } from '@waybill/domain';
import { DomainError } from '@waybill/domain';
import type { EntityManager } from 'typeorm';
import { CredentialChanges } from '../credential-changes/credential-changes.js';
import type { ListedInvitation } from '../invitations/invitations.repository.js';
import { InvitationsService } from '../invitations/invitations.service.js';
import { maySeeMembers } from '../organizations/organization.rules.js';
import { OrganizationsRepository } from '../organizations/organizations.repository.js';
import { PackageOwnersRepository } from '../package-owners/package-owners.repository.js';
import { GrantsChangedAnnouncer } from '../users/grants-changed.announcer.js';
import type { UserEntity } from '../users/user.entity.js';
import { UsersRepository } from '../users/users.repository.js';
import { maxOrganizationsPerUser, mayNameAnybody, requireMayChange, requireOwnerLeft } from './membership.rules.js';
import type { ListedMember, MemberFilter } from './memberships.repository.js';
import { MembershipsRepository } from './memberships.repository.js';

/** Who changes whose membership of what. */
export interface MembershipTarget {
  readonly by: AuditActor;
  readonly caller: Principal;
  readonly organizationId: OrganizationId;
  readonly username: string;
}

/** The same for who may have to be asked: the address of this installation is that of a link in a mail to them. */
export interface JoiningTarget extends MembershipTarget {
  readonly externalUrl: string | undefined;
}

@Injectable()
export class MembershipsService {
  constructor(
    private readonly memberships: MembershipsRepository,
    private readonly organizations: OrganizationsRepository,
    private readonly users: UsersRepository,
    private readonly grantsChanged: GrantsChangedAnnouncer,
    private readonly audit: AuditTrail,
    private readonly ownerships: PackageOwnersRepository,
    private readonly changes: CredentialChanges,
    private readonly invitations: InvitationsService,
  ) {}

  /** Members that the caller may know of: with a private directory, and without managing it or auditing, themselves. */
  async list(caller: Principal, organizationId: OrganizationId, filter: MemberFilter): Promise<ListedMember[]> {
    const organization = await this.organizations.findById(organizationId);
    if (organization === undefined || caller.kind === 'anonymous') return [];
    const seesAll = maySeeMembers(caller, organization);
    return this.memberships.list(organizationId, seesAll ? filter : { ...filter, userId: caller.userId });
  }

  /**
   * Makes somebody a member, if the caller is an administrator of the installation, and invites them otherwise: what is answered
   * then is the same for a name that nobody has. The invitation, where there is one. Throws `conflict` `membership.exists` and
   * what inviting throws; `not-found` `user.not-found` to administrators alone; `forbidden`.
   */
  async add(target: JoiningTarget, role: Role): Promise<ListedInvitation | undefined> {
    if (!mayNameAnybody(target.caller)) return this.#invite(target, role);
    await this.#change(target, (from) => {
      if (from === undefined) return role;
      throw new DomainError('conflict', 'membership.exists', 'They are a member already.');
    });
    return undefined;
  }

  /** Throws `not-found` when they are no member, `conflict` for the last owner, `forbidden`. Idempotent. */
  async changeRole(target: MembershipTarget, role: Role): Promise<void> {
    await this.#change(target, (from) => {
      if (from !== undefined) return role;
      throw new DomainError('not-found', 'membership.not-found', 'They are not a member.');
    });
  }

  /** Changes the role of a member, and does with others what `add` does. Throws what `add` and `changeRole` throw. Idempotent. */
  async set(target: JoiningTarget, role: Role): Promise<ListedInvitation | undefined> {
    if (mayNameAnybody(target.caller)) await this.#change(target, () => role);
    else if (await this.#isMember(target)) await this.changeRole(target, role);
    else return this.#invite(target, role);
    return undefined;
  }

  /** Whether they were a member. Throws `conflict` for the last owner, `forbidden`. Idempotent. */
  remove(target: MembershipTarget): Promise<boolean> {
    return this.#change(target, () => undefined);
  }

  /** Ends one's own membership, which needs nobody's leave. Throws `conflict` for the last owner. Idempotent. */
  leave(target: MembershipTarget): Promise<boolean> {
    return this.#change(target, () => undefined, true);
  }

  async #isMember(target: MembershipTarget): Promise<boolean> {
    const user = await this.#person(target);
    const { organizationId } = target;
    return (
      user !== undefined && (await this.memberships.findNow({ organizationId, userId: user.userId })) !== undefined
    );
  }

  async #person({ username }: MembershipTarget, manager?: EntityManager): Promise<UserEntity | undefined> {
    const user = await this.users.findByUsername(username.toLowerCase(), manager);
    return user?.kind === 'person' ? user : undefined;
  }

  #invite({ by, caller, organizationId, username, externalUrl }: JoiningTarget, role: Role): Promise<ListedInvitation> {
    return this.invitations.invite({ by, caller, organizationId, username, role, externalUrl });
  }

  /** Whether anything changed. */
  async #change(
    target: MembershipTarget,
    roleAfter: (from: Role | undefined) => Role | undefined,
    isOwn = false,
  ): Promise<boolean> {
    const { by, caller, organizationId } = target;
    return this.changes.run(async (manager) => {
      await this.organizations.lock(manager, organizationId);
      const user = await this.#person(target, manager);
      const from = user && (await this.memberships.find(manager, { organizationId, userId: user.userId }))?.role;
      const to = roleAfter(from);
      if (from === to) return false;
      if (user === undefined) throw new DomainError('not-found', 'user.not-found', 'There is no such user.');
      const key = { organizationId, userId: user.userId };
      if (!isOwn) requireMayChange(caller, organizationId, { from, to });
      requireOwnerLeft({ from, to }, await this.memberships.hasOtherOwner(manager, key));
      let ended = {};
      if (to === undefined) {
        await this.memberships.remove(manager, key);
        await this.ownerships.endGrants(manager, key);
        ended = await this.memberships.endGiven(manager, key);
      } else if (from !== undefined) await this.memberships.changeRole(manager, key, to);
      else {
        if ((await this.memberships.count(manager, user.userId)) >= maxOrganizationsPerUser) throw tooMany();
        await this.memberships.insert(manager, { ...key, role: to });
      }
      await this.grantsChanged.announce(manager, user.userId);
      await this.audit.record(manager, by, {
        action: actionOf(from, to),
        subject: `organization:${organizationId}`,
        organizationId,
        details: { userId: user.userId, from: from ?? null, to: to ?? null, ...ended },
      });
      return true;
    });
  }
}

function actionOf(from: Role | undefined, to: Role | undefined): AuditedAction {
  if (from === undefined) return 'membership.add';
  return to === undefined ? 'membership.remove' : 'membership.change';
}

function tooMany(): DomainError {
  return new DomainError('conflict', 'membership.too-many', 'They are in too many organizations already.');
}
