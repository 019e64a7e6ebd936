import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Action, Principal } from '@waybill/domain';
import { DomainError } from '@waybill/domain';
import type { EntityManager } from 'typeorm';
import { CredentialChanges } from '../credential-changes/credential-changes.js';
import { KnownRepositoriesRepository } from '../known-repositories/known-repositories.repository.js';
import { notThere } from '../not-there.js';
import { OrganizationsRepository } from '../organizations/organizations.repository.js';
import type { InOrganization } from '../teams/teams.service.js';
import { requireMayGive } from './giving.rules.js';
import { GrantChanges, isSame } from './grant-changes.service.js';
import type { GrantEntity, GrantId } from './grant.entity.js';
import { resourcesOf, targetText } from './grant.resource.js';
import type { GrantSubject } from './grant.schema.js';
import { GrantSubjects, requireNamed } from './grant-subjects.service.js';
import type { FoundTarget } from './grant-targets.service.js';
import { GrantsRepository } from './grants.repository.js';

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

/** Of one organization. All of them travel with every request of whoever has them. */
const maxGrantsPerSubject = 5000;
/** Of one organization, to somebody who is not in it: what others give to a person leaves room for what their own do. */
const maxGrantsPerOutsider = 100;

@Injectable()
export class GrantsService {
  constructor(
    private readonly grants: GrantsRepository,
    private readonly subjects: GrantSubjects,
    private readonly grantChanges: GrantChanges,
    private readonly repositories: KnownRepositoriesRepository,
    private readonly organizations: OrganizationsRepository,
    private readonly changes: CredentialChanges,
  ) {}

  /**
   * Gives. There is one grant for each subject and resource: `replace` changes it, otherwise a different one is a `conflict`
   * `grant.exists`, and the same is success. Throws `forbidden` `grant.beyond-own`, `not-found` for a repository that there is
   * not and for who is not of the organization, whether they are there or not (A6), `conflict` `grant.too-many`.
   */
  async give(where: InOrganization, wish: GivenWish, { replace }: { readonly replace: boolean }): Promise<GrantId> {
    const { caller, organizationId } = where;
    const { target, actions } = wish;
    return this.changes.run(async (manager) => {
      const organization = await this.organizations.lock(manager, organizationId);
      await this.#requirePlace(manager, caller, target);
      requireMayGive(caller, actions, resourcesOf(target));
      const subject = await this.subjects.find(manager, where, wish.subject);
      const key = subject && { organizationId, ...subject.key, target: targetText(target) };
      const before = key && (await this.grants.findOf(manager, key));
      if (before !== undefined) {
        if (!replace && !isSame(before, actions)) throw exists(before.grantId);
        await this.grantChanges.change(manager, where, { organization, grant: before }, actions);
        return before.grantId;
      }
      requireNamed(caller, subject);
      const limit = subject.isOutside ? maxGrantsPerOutsider : maxGrantsPerSubject;
      if ((await this.grants.count(manager, { organizationId, ...subject.key })) >= limit) throw tooMany(limit);
      const { slug: _slug, ...on } = target;
      const grantId = randomUUID() as GrantId;
      const given = { ...on, ...subject.key, target: targetText(target), actions: [...actions] };
      await this.grantChanges.give(manager, where, { organization, grant: { grantId, ...given } });
      return grantId;
    });
  }

  /** Other actions on the same. Throws `not-found`, `precondition-failed`, `forbidden` `grant.beyond-own`. */
  async change(where: InOrganization, wish: ChangeWish, actions: readonly Action[]): Promise<void> {
    await this.changes.run(async (manager) => {
      const organization = await this.organizations.lock(manager, where.organizationId);
      const grant = await this.#find(manager, where, wish);
      await this.grantChanges.change(manager, where, { organization, grant }, actions);
    });
  }

  /** Throws `not-found`, `precondition-failed`, `forbidden` `grant.beyond-own`. */
  async take(where: InOrganization, wish: ChangeWish): Promise<void> {
    await this.changes.run(async (manager) => {
      const organization = await this.organizations.lock(manager, where.organizationId);
      const grant = await this.#find(manager, where, wish);
      await this.grantChanges.take(manager, where, { organization, grant });
    });
  }

  /** Takes what a subject has on a target; false where it has nothing. Throws `not-found` for a team that there is not. */
  async takeFrom(where: InOrganization, named: GrantSubject, target: FoundTarget): Promise<boolean> {
    return this.changes.run(async (manager) => {
      const { organizationId } = where;
      const organization = await this.organizations.lock(manager, organizationId);
      const subject = await this.subjects.find(manager, where, named);
      const key = subject && { organizationId, ...subject.key, target: targetText(target) };
      const grant = key && (await this.grants.findOf(manager, key));
      if (grant === undefined) return false;
      await this.grantChanges.take(manager, where, { organization, grant });
      return true;
    });
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
}

function exists(grantId: GrantId): DomainError {
  const message = 'They have a grant on that already, with other actions: change it.';
  return new DomainError('conflict', 'grant.exists', message, { details: { grant: grantId } });
}

function tooMany(limit: number): DomainError {
  const message = `An organization gives at most ${limit} grants to them: use patterns of names.`;
  return new DomainError('conflict', 'grant.too-many', message);
}
