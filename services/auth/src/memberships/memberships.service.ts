import { Injectable } from '@nestjs/common';
import type { AuditActor, AuditedAction } from '@waybill/audit';
import { AuditTrail } from '@waybill/audit';
import type { OrganizationId, Principal, Role } from '@waybill/domain';
import { DomainError } from '@waybill/domain';
import { CredentialChanges } from '../credential-changes/credential-changes.js';
import { maySeeMembers } from '../organizations/organization.rules.js';
import { OrganizationsRepository } from '../organizations/organizations.repository.js';
import { PackageOwnersRepository } from '../package-owners/package-owners.repository.js';
import { GrantsChangedAnnouncer } from '../users/grants-changed.announcer.js';
import { UsersRepository } from '../users/users.repository.js';
import { maxOrganizationsPerUser, requireMayChange, requireOwnerLeft } from './membership.rules.js';
import type { ListedMember, MemberFilter } from './memberships.repository.js';
import { MembershipsRepository } from './memberships.repository.js';

/** Who changes whose membership of what. */
export interface MembershipTarget {
  readonly by: AuditActor;
  readonly caller: Principal;
  readonly organizationId: OrganizationId;
  readonly username: string;
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
  ) {}

  /** Members that the caller may know of: with a private directory, and without managing it or auditing, themselves. */
  async list(caller: Principal, organizationId: OrganizationId, filter: MemberFilter): Promise<ListedMember[]> {
    const organization = await this.organizations.findById(organizationId);
    if (organization === undefined || caller.kind === 'anonymous') return [];
    const seesAll = maySeeMembers(caller, organization);
    return this.memberships.list(organizationId, seesAll ? filter : { ...filter, userId: caller.userId });
  }

  /** Throws `not-found` `user.not-found`, `conflict` when they are a member already, `forbidden`. */
  async add(target: MembershipTarget, role: Role): Promise<void> {
    await this.#change(target, (from) => {
      if (from === undefined) return role;
      throw new DomainError('conflict', 'membership.exists', 'They are a member already.');
    });
  }

  /** Throws `not-found` when they are no member, `conflict` for the last owner, `forbidden`. Idempotent. */
  async changeRole(target: MembershipTarget, role: Role): Promise<void> {
    await this.#change(target, (from) => {
      if (from !== undefined) return role;
      throw new DomainError('not-found', 'membership.not-found', 'They are not a member.');
    });
  }

  /** Makes them a member or changes their role. Throws `not-found` `user.not-found`, `conflict`, `forbidden`. Idempotent. */
  async set(target: MembershipTarget, role: Role): Promise<void> {
    await this.#change(target, () => role);
  }

  /** Whether they were a member. Throws `conflict` for the last owner, `forbidden`. Idempotent. */
  remove(target: MembershipTarget): Promise<boolean> {
    return this.#change(target, () => undefined);
  }

  /** Ends one's own membership, which needs nobody's leave. Throws `conflict` for the last owner. Idempotent. */
  leave(target: MembershipTarget): Promise<boolean> {
    return this.#change(target, () => undefined, true);
  }

  /** Whether anything changed. */
  async #change(
    target: MembershipTarget,
    roleAfter: (from: Role | undefined) => Role | undefined,
    isOwn = false,
  ): Promise<boolean> {
    const { by, caller, organizationId } = target;
    return this.changes.run(async (manager) => {
      const user = await this.users.findByUsername(target.username.toLowerCase(), manager);
      if (user?.kind !== 'person') throw new DomainError('not-found', 'user.not-found', 'There is no such user.');
      const key = { organizationId, userId: user.userId };
      await this.organizations.lock(manager, organizationId);
      const from = (await this.memberships.find(manager, key))?.role;
      const to = roleAfter(from);
      if (from === to) return false;
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
