import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { AuditActor } from '@waybill/audit';
import { AuditTrail } from '@waybill/audit';
import type { OrganizationId, Principal, Role } from '@waybill/domain';
import { DomainError, hashToken, isSlug, newTokenText } from '@waybill/domain';
import { UnitOfWork } from '@waybill/persistence';
import type { EntityManager } from 'typeorm';
import { requireMayGive } from '../grants/giving.rules.js';
import { resourcesOf } from '../grants/grant.resource.js';
import { GrantsRepository } from '../grants/grants.repository.js';
import { AuthMail } from '../mail/auth-mail.js';
import { invitationLink } from '../mail/mail-links.rules.js';
import { requireMayChange } from '../memberships/membership.rules.js';
import { MembershipsRepository } from '../memberships/memberships.repository.js';
import { OrganizationsRepository } from '../organizations/organizations.repository.js';
import { parseEmail } from '../profiles/profile.rules.js';
import { TeamsRepository } from '../teams/teams.repository.js';
import { parseUsername } from '../users/username.rules.js';
import { UsersRepository } from '../users/users.repository.js';
import type { InvitationEntity } from './invitation.entity.js';
import { defaultInvitationDays, noSuchInvitation } from './invitation.rules.js';
import type { InvitationPage, ListedInvitation } from './invitations.repository.js';
import { InvitationsRepository } from './invitations.repository.js';

/** Who invites whom to what. */
export interface InvitationWish {
  readonly by: AuditActor;
  readonly caller: Principal;
  readonly organizationId: OrganizationId;
  readonly username?: string | undefined;
  readonly email?: string | undefined;
  readonly role: Role;
  readonly teams?: readonly string[] | undefined;
  readonly expiresInDays?: number | undefined;
  /** Of this installation, for the link in the mail; without it no mail is sent to who is invited by name. */
  readonly externalUrl?: string | undefined;
}

type Invitee = Pick<InvitationEntity, 'username' | 'email'>;

const maxRecentPerOrganization = 500;
const dayMs = 86_400_000;

@Injectable()
export class InvitationsService {
  constructor(
    private readonly invitations: InvitationsRepository,
    private readonly organizations: OrganizationsRepository,
    private readonly memberships: MembershipsRepository,
    private readonly users: UsersRepository,
    private readonly teams: TeamsRepository,
    private readonly grants: GrantsRepository,
    private readonly audit: AuditTrail,
    private readonly mail: AuthMail,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /**
   * Asks somebody to become a member. Whether there is such a username is not told (security.md A6): for one that nobody has,
   * it waits in vain. Throws `invalid`, `forbidden` `membership.owners-only` | `grant.beyond-own`, `not-found`
   * `team.not-found`, `conflict` `membership.exists` | `invitation.exists` | `mail.not-configured`, `limit`.
   */
  async invite(wish: InvitationWish): Promise<ListedInvitation> {
    const { caller, organizationId } = wish;
    if (caller.kind === 'anonymous') throw new DomainError('unauthenticated', 'auth.required', 'You must sign in.');
    const invitee = inviteeOf(wish);
    requireMayChange(caller, organizationId, { from: undefined, to: wish.role });
    if (invitee.email !== null && !(await this.mail.configured())) throw mailNotConfigured();
    return this.unitOfWork.run(async (manager) => {
      const organization = await this.organizations.lock(manager, organizationId);
      const user = invitee.username === null ? undefined : await this.users.findByUsername(invitee.username, manager);
      const person = user?.kind === 'person' ? user : undefined;
      if (person && (await this.memberships.find(manager, { organizationId, userId: person.userId }))) throw isMember();
      if (await this.invitations.isOpenFor(manager, organizationId, invitee)) throw isInvited();
      if ((await this.invitations.countRecent(manager, organizationId)) >= maxRecentPerOrganization) throw tooMany();
      const teamIds = await this.#teamsOf(manager, wish);
      const secret = invitee.email === null ? undefined : newTokenText();
      const now = new Date();
      const invitation: InvitationEntity = {
        ...invitee,
        invitationId: randomUUID(),
        organizationId,
        role: wish.role,
        teamIds,
        userId: person?.userId ?? null,
        secretHash: secret === undefined ? null : hashToken(secret),
        invitedBy: caller.userId,
        createdAt: now,
        expiresAt: new Date(now.getTime() + (wish.expiresInDays ?? defaultInvitationDays) * dayMs),
        state: 'open',
        answeredAt: null,
      };
      await this.invitations.insert(manager, invitation);
      const { invitationId, role, expiresAt } = invitation;
      await this.audit.record(manager, wish.by, {
        action: 'invitation.create',
        subject: `invitation:${invitationId}`,
        organizationId,
        // An address is the person's to take away; the audit is kept.
        details: { role, teamIds, username: invitee.username, byEmail: invitee.email !== null },
      });
      if (wish.externalUrl !== undefined) {
        this.mail.send({
          to: invitee.email ?? (person?.emailVerifiedAt ? person.email : null),
          template: 'invitation',
          values: {
            organization: organization.name,
            invitedBy: caller.username,
            role,
            link: invitationLink(wish.externalUrl, invitationId, secret),
            expiresAt: expiresAt.toISOString(),
          },
        });
      }
      const view = await this.invitations.view(invitationId, manager);
      if (view === undefined) throw noSuchInvitation();
      return view;
    });
  }

  /** Open ones, newest first. */
  list(organizationId: OrganizationId, page: InvitationPage): Promise<ListedInvitation[]> {
    return this.invitations.listOf(organizationId, page);
  }

  /** Idempotent. Throws `not-found` for those of other organizations (security.md A3), `conflict` for an answered one. */
  async revoke(by: AuditActor, organizationId: OrganizationId, invitationId: string): Promise<void> {
    await this.unitOfWork.run(async (manager) => {
      const invitation = await this.invitations.lock(manager, invitationId);
      if (invitation?.organizationId !== organizationId) throw noSuchInvitation();
      if (invitation.state === 'revoked') return;
      if (invitation.state !== 'open') {
        throw new DomainError('conflict', 'invitation.answered', 'That invitation has been answered already.');
      }
      await this.invitations.answer(manager, invitationId, 'revoked');
      const subject = `invitation:${invitationId}`;
      await this.audit.record(manager, by, { action: 'invitation.revoke', subject, organizationId });
    });
  }

  /** Nobody puts others into a team that may do more than they (A8). */
  async #teamsOf(manager: EntityManager, { caller, organizationId, teams = [] }: InvitationWish): Promise<string[]> {
    const ids: string[] = [];
    for (const name of teams) {
      const team = isSlug(name) ? await this.teams.find(organizationId, name, manager) : undefined;
      if (team === undefined) throw new DomainError('not-found', 'team.not-found', 'There is no such team.');
      for (const grant of await this.grants.ofTeam(team.teamId, manager)) {
        requireMayGive(caller, grant.actions, resourcesOf(grant));
      }
      ids.push(team.teamId);
    }
    return ids;
  }
}

function inviteeOf({ username, email }: InvitationWish): Invitee {
  if (username !== undefined && email === undefined)
    return { username: parseUsername(username.toLowerCase()), email: null };
  const address = email === undefined || username !== undefined ? null : parseEmail(email);
  if (address !== null) return { username: null, email: address.toLowerCase() };
  const message = 'An invitation names either a username or an e-mail address.';
  throw new DomainError('invalid', 'invitation.invitee', message, {
    details: { errors: [{ field: 'body.username', code: 'invitation.invitee', message }] },
  });
}

function isMember(): DomainError {
  return new DomainError('conflict', 'membership.exists', 'They are a member already.');
}

function isInvited(): DomainError {
  return new DomainError('conflict', 'invitation.exists', 'They are invited already: revoke that invitation first.');
}

function mailNotConfigured(): DomainError {
  return new DomainError('conflict', 'mail.not-configured', 'This installation sends no mail: invite a username.');
}

function tooMany(): DomainError {
  return new DomainError('limit', 'invitation.too-many', 'The organization has invited too many people today.', {
    retryAfterSeconds: 3600,
  });
}
