import { Injectable } from '@nestjs/common';
import type { AuditActor } from '@waybill/audit';
import { AuditTrail } from '@waybill/audit';
import type { OrganizationId, UserId } from '@waybill/domain';
import { DomainError } from '@waybill/domain';
import { UnitOfWork } from '@waybill/persistence';
import type { EntityManager } from 'typeorm';
import { CredentialChanges } from '../credential-changes/credential-changes.js';
import { maxOrganizationsPerUser } from '../memberships/membership.rules.js';
import { MembershipsRepository } from '../memberships/memberships.repository.js';
import { OrganizationsRepository } from '../organizations/organizations.repository.js';
import { GrantsChangedAnnouncer } from '../users/grants-changed.announcer.js';
import type { UserEntity } from '../users/user.entity.js';
import { UsersRepository } from '../users/users.repository.js';
import type { InvitationEntity } from './invitation.entity.js';
import { noSuchInvitation, requireInvited, requireOpen } from './invitation.rules.js';
import type { InvitationPage, Inviter, ListedInvitation } from './invitations.repository.js';
import { InvitationsRepository } from './invitations.repository.js';

/** Who answers which invitation. */
export interface InvitationAnswer {
  readonly by: AuditActor;
  readonly userId: UserId;
  readonly invitationId: string;
  readonly secret?: string | undefined;
}

/** What somebody does with the invitations that they got. */
@Injectable()
export class InvitationAnswersService {
  constructor(
    private readonly invitations: InvitationsRepository,
    private readonly organizations: OrganizationsRepository,
    private readonly memberships: MembershipsRepository,
    private readonly users: UsersRepository,
    private readonly grantsChanged: GrantsChangedAnnouncer,
    private readonly audit: AuditTrail,
    private readonly changes: CredentialChanges,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /** Newest first. */
  list(userId: UserId, page: InvitationPage): Promise<ListedInvitation[]> {
    return this.invitations.listFor(userId, page);
  }

  /**
   * Makes the person a member. Of several that accept at once, one does. Throws what `requireInvited` and `requireOpen`
   * throw, `gone` `invitation.void` when who invited was suspended or may not give such a role any more, `conflict`.
   */
  async accept(answer: InvitationAnswer): Promise<void> {
    await this.changes.run(async (manager) => {
      const { invitation, user } = await this.#lock(manager, answer);
      await this.join(manager, answer.by, invitation, user);
    });
  }

  /** What is asked of them, before they answer. Throws what answering throws. */
  async look({ userId, invitationId, secret }: Omit<InvitationAnswer, 'by'>): Promise<ListedInvitation> {
    return this.unitOfWork.run(async (manager) => {
      const invitation = await this.invitations.find(manager, invitationId);
      const user = await this.users.findById(userId, manager);
      if (user === undefined || user.suspended || user.kind !== 'person') throw noSuchInvitation();
      requireInvited(invitation, user, secret);
      const view = await this.invitations.view(invitationId, manager);
      if (invitation === undefined || view === undefined) throw noSuchInvitation();
      requireOpen(invitation);
      requireStillInviting(invitation, await this.invitations.inviter(manager, invitation));
      return view;
    });
  }

  async decline(answer: InvitationAnswer): Promise<void> {
    await this.changes.run(async (manager) => {
      const { invitation } = await this.#lock(manager, answer);
      const { invitationId, organizationId } = invitation;
      await this.invitations.answer(manager, invitationId, 'declined');
      await this.#record(manager, answer.by, 'invitation.decline', invitation, { organizationId });
    });
  }

  /** Within a transaction that has locked the organization and then the invitation, and has found that it is open. */
  async join(
    manager: EntityManager,
    by: AuditActor,
    invitation: InvitationEntity,
    { userId }: Pick<UserEntity, 'userId'>,
  ): Promise<void> {
    const { invitationId, organizationId, role, teamIds } = invitation;
    const inviter = await this.invitations.inviter(manager, invitation);
    requireStillInviting(invitation, inviter);
    const key = { organizationId, userId };
    if ((await this.memberships.find(manager, key)) !== undefined) {
      throw new DomainError('conflict', 'membership.exists', 'You are a member already.');
    }
    if ((await this.memberships.count(manager, userId)) >= maxOrganizationsPerUser) {
      throw new DomainError('conflict', 'membership.too-many', 'You are in too many organizations already.');
    }
    await this.memberships.insert(manager, { ...key, role });
    await this.invitations.joinTeams(manager, invitation, userId);
    await this.invitations.answer(manager, invitationId, 'accepted');
    await this.grantsChanged.announce(manager, userId);
    const details = { userId, role, teamIds, invitedBy: invitation.invitedBy };
    await this.#record(manager, by, 'invitation.accept', invitation, { organizationId, details });
  }

  // The organization first, as everybody does who changes what it gives.
  async #lock(manager: EntityManager, { userId, invitationId, secret }: InvitationAnswer) {
    const found = await this.invitations.find(manager, invitationId);
    const user = await this.users.findById(userId, manager);
    if (user === undefined || user.suspended || user.kind !== 'person') throw noSuchInvitation();
    requireInvited(found, user, secret);
    if (found !== undefined) await this.organizations.lock(manager, found.organizationId);
    const invitation = await this.invitations.lock(manager, invitationId);
    if (invitation === undefined) throw noSuchInvitation();
    requireOpen(invitation);
    return { invitation, user };
  }

  async #record(
    manager: EntityManager,
    by: AuditActor,
    action: 'invitation.accept' | 'invitation.decline',
    { invitationId }: InvitationEntity,
    entry: { readonly organizationId: OrganizationId; readonly details?: Readonly<Record<string, unknown>> },
  ): Promise<void> {
    await this.audit.record(manager, by, { action, subject: `invitation:${invitationId}`, ...entry });
  }
}

/** Who invited must be able to make such a member still: nobody leaves an open door behind them (A8). */
function requireStillInviting({ role }: InvitationEntity, inviter: Inviter | undefined): void {
  const isEnough = role === 'owner' ? inviter?.isOwner : role === 'admin' ? inviter?.isAdmin : true;
  if (inviter?.manages === true && isEnough === true) return;
  const message = 'Who invited you cannot do that any more: ask for a new invitation.';
  throw new DomainError('gone', 'invitation.void', message);
}
