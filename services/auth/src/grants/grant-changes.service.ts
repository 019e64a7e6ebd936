import { Injectable } from '@nestjs/common';
import { AuditTrail } from '@waybill/audit';
import type { Action } from '@waybill/domain';
import type { EntityManager } from 'typeorm';
import { affectedLimit, OrganizationAnnouncer } from '../organizations/organization-announcer.js';
import type { OrganizationEntity } from '../organizations/organization.entity.js';
import type { InOrganization } from '../teams/teams.service.js';
import { requireMayGive } from './giving.rules.js';
import type { GrantEntity, GrantId } from './grant.entity.js';
import { resourcesOf } from './grant.resource.js';
import { grantRoleOf } from './grant-role.js';
import { GrantsRepository } from './grants.repository.js';

/** A grant that there is, of a locked organization. */
export interface FoundGrant {
  readonly organization: OrganizationEntity;
  readonly grant: GrantEntity;
}

type NewGrant = Omit<GrantEntity, 'version' | 'createdAt' | 'updatedAt' | 'role' | 'grantedBy'>;

/** What is written of a grant, with one audit event and a word to the gateways for each (W9, A11). */
@Injectable()
export class GrantChanges {
  constructor(
    private readonly grants: GrantsRepository,
    private readonly announcer: OrganizationAnnouncer,
    private readonly audit: AuditTrail,
  ) {}

  async give(
    manager: EntityManager,
    where: InOrganization,
    { organization, grant }: { readonly organization: OrganizationEntity; readonly grant: NewGrant },
  ): Promise<void> {
    const { grantId, actions } = grant;
    await this.grants.insert(manager, { ...grant, role: grantRoleOf(actions), grantedBy: where.by.actor });
    await this.#announce(manager, organization, grantId);
    await this.#record(manager, where, { action: 'grant.give', grant, before: null, after: actions });
  }

  /** Throws `forbidden` `grant.beyond-own`. Idempotent. */
  async change(
    manager: EntityManager,
    where: InOrganization,
    { organization, grant }: FoundGrant,
    actions: readonly Action[],
  ): Promise<void> {
    if (isSame(grant, actions)) return;
    // What is taken away by it as well: nobody takes from who may do more.
    requireMayGive(where.caller, [...grant.actions, ...actions], resourcesOf(grant));
    const fresh = { role: grantRoleOf(actions), actions: [...actions], grantedBy: where.by.actor };
    await this.grants.change(manager, grant, fresh);
    await this.#announce(manager, organization, grant.grantId);
    await this.#record(manager, where, { action: 'grant.change', grant, before: grant.actions, after: actions });
  }

  /** Throws `forbidden` `grant.beyond-own`. */
  async take(manager: EntityManager, where: InOrganization, { organization, grant }: FoundGrant): Promise<void> {
    requireMayGive(where.caller, grant.actions, resourcesOf(grant));
    const affected = await this.grants.usersOf(manager, [grant.grantId], affectedLimit);
    await this.grants.remove(manager, [grant.grantId]);
    await this.announcer.accessChanged(manager, organization, affected);
    await this.#record(manager, where, { action: 'grant.take', grant, before: grant.actions, after: null });
  }

  async #announce(manager: EntityManager, organization: OrganizationEntity, grantId: GrantId): Promise<void> {
    const affected = await this.grants.usersOf(manager, [grantId], affectedLimit);
    await this.announcer.accessChanged(manager, organization, affected);
  }

  async #record(
    manager: EntityManager,
    { by, organizationId }: InOrganization,
    { action, grant, before, after }: GrantNews,
  ): Promise<void> {
    const { grantId, teamId, userId, target } = grant;
    const to = teamId === null ? { userId } : { teamId };
    const details = { ...to, on: target, before, after };
    await this.audit.record(manager, by, { action, subject: `grant:${grantId}`, organizationId, details });
  }
}

interface GrantNews {
  readonly action: 'grant.give' | 'grant.change' | 'grant.take';
  readonly grant: Pick<GrantEntity, 'grantId' | 'teamId' | 'userId' | 'target'>;
  readonly before: readonly Action[] | null;
  readonly after: readonly Action[] | null;
}

export function isSame(grant: GrantEntity, actions: readonly Action[]): boolean {
  return grant.actions.length === actions.length && actions.every((action) => grant.actions.includes(action));
}
