import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { AuditTrail } from '@waybill/audit';
import type { Action, Principal, UserId } from '@waybill/domain';
import { can, DomainError } from '@waybill/domain';
import type { EntityManager } from 'typeorm';
import { CredentialChanges } from '../credential-changes/credential-changes.js';
import { KnownRepositoriesRepository } from '../known-repositories/known-repositories.repository.js';
import { affectedLimit, OrganizationAnnouncer } from '../organizations/organization-announcer.js';
import type { OrganizationEntity } from '../organizations/organization.entity.js';
import { OrganizationsRepository } from '../organizations/organizations.repository.js';
import type { TeamId } from '../teams/team.entity.js';
import type { InOrganization } from '../teams/teams.service.js';
import { TeamsService } from '../teams/teams.service.js';
import { requireMayGive } from './giving.rules.js';
import type { GrantEntity, GrantId } from './grant.entity.js';
import { notThere } from '../not-there.js';
import { resourcesOf, targetText } from './grant.resource.js';
import { grantRoleOf } from './grant-role.js';
import type { GrantSubject } from './grant.schema.js';
import type { FoundTarget } from './grant-targets.service.js';
import { GrantsRepository } from './grants.repository.js';
import { SubjectsRepository } from './subjects.repository.js';

export interface GivenWish {
  readonly subject: GrantSubject;
  readonly target: FoundTarget;
  readonly actions: readonly Action[];
}

export interface ChangeWish {
  readonly grantId: GrantId;
  /** What the caller was authorized for: grants on anything else are not there for them (A3). */
  readonly within?: FoundTarget | undefined;
  readonly requireVersion: (version: number) => void;
}

type Subject = { readonly teamId: TeamId; readonly userId: null } | { readonly teamId: null; readonly userId: UserId };

/** All of them travel with every request of whoever has them. */
const maxGrantsPerSubject = 5000;

@Injectable()
export class GrantsService {
  constructor(
    private readonly grants: GrantsRepository,
    private readonly subjects: SubjectsRepository,
    private readonly teams: TeamsService,
    private readonly repositories: KnownRepositoriesRepository,
    private readonly organizations: OrganizationsRepository,
    private readonly announcer: OrganizationAnnouncer,
    private readonly audit: AuditTrail,
    private readonly changes: CredentialChanges,
  ) {}

  /**
   * Gives. There is one grant for each subject and resource: `replace` changes it, otherwise a different one is a `conflict`
   * `grant.exists`, and the same is success. Throws `forbidden` `grant.beyond-own`, `not-found` for a subject or a repository
   * that there is not, `conflict` `grant.too-many`.
   */
  async give(where: InOrganization, wish: GivenWish, { replace }: { readonly replace: boolean }): Promise<GrantId> {
    const { caller, organizationId } = where;
    const { target } = wish;
    return this.changes.run(async (manager) => {
      const organization = await this.organizations.lock(manager, organizationId);
      await this.#requirePlace(manager, caller, target);
      requireMayGive(caller, wish.actions, resourcesOf(target));
      const subject = await this.#subject(manager, where, wish.subject);
      const key = { organizationId, ...subject, target: targetText(target) };
      const before = await this.grants.findOf(manager, key);
      if (before !== undefined) {
        if (!replace && !isSame(before, wish.actions)) throw exists(before.grantId);
        return this.#change(manager, where, { organization, grant: before, actions: wish.actions });
      }
      const { slug: _slug, ...on } = target;
      const grantId = randomUUID() as GrantId;
      const count = await this.grants.count(manager, subject);
      if (count >= maxGrantsPerSubject) throw tooMany();
      const given = { role: grantRoleOf(wish.actions), actions: [...wish.actions], grantedBy: where.by.actor };
      await this.grants.insert(manager, { grantId, ...on, ...key, ...given });
      await this.#announce(manager, organization, grantId);
      await this.#record(manager, where, { action: 'grant.give', key, before: null, after: wish.actions, grantId });
      return grantId;
    });
  }

  /** Other actions on the same. Throws `not-found`, `precondition-failed`, `forbidden` `grant.beyond-own`. */
  async change(where: InOrganization, wish: ChangeWish, actions: readonly Action[]): Promise<void> {
    await this.changes.run(async (manager) => {
      const organization = await this.organizations.lock(manager, where.organizationId);
      const grant = await this.#find(manager, where, wish);
      await this.#change(manager, where, { organization, grant, actions });
    });
  }

  /** Throws `not-found`, `precondition-failed`, `forbidden` `grant.beyond-own`. */
  async take(where: InOrganization, wish: ChangeWish): Promise<void> {
    await this.changes.run(async (manager) => {
      const organization = await this.organizations.lock(manager, where.organizationId);
      const grant = await this.#find(manager, where, wish);
      await this.#take(manager, where, organization, grant);
    });
  }

  /** Takes what a subject has on a target; false where it has nothing. Throws `not-found` for a subject that there is not. */
  async takeFrom(where: InOrganization, subject: GrantSubject, target: FoundTarget): Promise<boolean> {
    return this.changes.run(async (manager) => {
      const { organizationId } = where;
      const organization = await this.organizations.lock(manager, organizationId);
      const found = await this.#subject(manager, where, subject);
      const key = { organizationId, ...found, target: targetText(target) };
      const grant = await this.grants.findOf(manager, key);
      if (grant === undefined) return false;
      await this.#take(manager, where, organization, grant);
      return true;
    });
  }

  async #take(
    manager: EntityManager,
    where: InOrganization,
    organization: OrganizationEntity,
    grant: GrantEntity,
  ): Promise<void> {
    const { grantId, actions: before } = grant;
    requireMayGive(where.caller, before, resourcesOf(grant));
    const affected = await this.grants.usersOf(manager, [grantId], affectedLimit);
    await this.grants.remove(manager, [grantId]);
    await this.announcer.accessChanged(manager, organization, affected);
    await this.#record(manager, where, { action: 'grant.take', key: grant, before, after: null, grantId });
  }

  async #change(
    manager: EntityManager,
    where: InOrganization,
    change: {
      readonly organization: OrganizationEntity;
      readonly grant: GrantEntity;
      readonly actions: readonly Action[];
    },
  ): Promise<GrantId> {
    const { organization, grant, actions } = change;
    const { grantId } = grant;
    if (isSame(grant, actions)) return grantId;
    // What is taken away by it as well: nobody takes from who may do more.
    requireMayGive(where.caller, [...grant.actions, ...actions], resourcesOf(grant));
    const fresh = { role: grantRoleOf(actions), actions: [...actions], grantedBy: where.by.actor };
    await this.grants.change(manager, grant, fresh);
    await this.#announce(manager, organization, grantId);
    const { actions: before } = grant;
    await this.#record(manager, where, { action: 'grant.change', key: grant, before, after: actions, grantId });
    return grantId;
  }

  async #find(manager: EntityManager, where: InOrganization, wish: ChangeWish): Promise<GrantEntity> {
    const grant = await this.grants.find(where.organizationId, wish.grantId, manager);
    const isThere = grant !== undefined && (wish.within === undefined || targetText(wish.within) === grant.target);
    if (!isThere) throw notThere(where.caller);
    wish.requireVersion(grant.version);
    return grant;
  }

  /** The repository is still where it was found: its events are newer than what somebody asked a moment ago (T11). */
  async #requirePlace(manager: EntityManager, caller: Principal, target: FoundTarget): Promise<void> {
    const { repositoryId, organizationId, slug } = target;
    if (repositoryId === null || slug === null) return;
    const known = await this.repositories.lock(manager, { repositoryId, organizationId, slug });
    if (known.organizationId !== organizationId || known.deleted) throw notThere(caller);
  }

  async #subject(manager: EntityManager, where: InOrganization, subject: GrantSubject): Promise<Subject> {
    const { caller, organizationId } = where;
    if ('team' in subject) {
      // Teams are named by who may see the organization; others learn of none.
      if (!can(caller, 'read', { kind: 'organization', organizationId }).allowed) throw notThere(caller);
      const { teamId } = await this.teams.view(caller, organizationId, subject.team, manager);
      return { teamId, userId: null };
    }
    const isPerson = 'user' in subject;
    const account = await this.subjects.account(isPerson ? subject.user : subject.serviceAccount, manager);
    const isUsable =
      account !== undefined &&
      account.kind === (isPerson ? 'person' : 'service') &&
      (isPerson || account.organizationId === organizationId);
    if (!isUsable) throw new DomainError('not-found', 'user.not-found', 'There is no such user.');
    return { teamId: null, userId: account.userId };
  }

  async #announce(manager: EntityManager, organization: OrganizationEntity, grantId: GrantId): Promise<void> {
    const affected = await this.grants.usersOf(manager, [grantId], affectedLimit);
    await this.announcer.accessChanged(manager, organization, affected);
  }

  async #record(
    manager: EntityManager,
    { by, organizationId }: InOrganization,
    entry: {
      readonly action: 'grant.give' | 'grant.change' | 'grant.take';
      readonly key: Pick<GrantEntity, 'teamId' | 'userId' | 'target'>;
      readonly before: readonly Action[] | null;
      readonly after: readonly Action[] | null;
      readonly grantId: GrantId;
    },
  ): Promise<void> {
    const { action, grantId, before, after } = entry;
    const { teamId, userId, target } = entry.key;
    const to = teamId === null ? { userId } : { teamId };
    const details = { ...to, on: target, before, after };
    await this.audit.record(manager, by, { action, subject: `grant:${grantId}`, organizationId, details });
  }
}

function isSame(grant: GrantEntity, actions: readonly Action[]): boolean {
  return grant.actions.length === actions.length && actions.every((action) => grant.actions.includes(action));
}

function exists(grantId: GrantId): DomainError {
  const message = 'They have a grant on that already, with other actions: change it.';
  return new DomainError('conflict', 'grant.exists', message, { details: { grant: grantId } });
}

function tooMany(): DomainError {
  const message = `A team, a person or a service account has at most ${maxGrantsPerSubject} grants: use patterns of names.`;
  return new DomainError('conflict', 'grant.too-many', message);
}
