import { Injectable } from '@nestjs/common';
import type { AuditActor } from '@waybill/audit';
import { AuditTrail } from '@waybill/audit';
import type { OrganizationId, Principal } from '@waybill/domain';
import { actionsOf, DomainError } from '@waybill/domain';
import type { EntityManager } from 'typeorm';
import { CredentialChanges } from '../credential-changes/credential-changes.js';
import { requireMayGive } from '../grants/giving.rules.js';
import { UsersRepository } from '../users/users.repository.js';
import { affectedLimit, OrganizationAnnouncer } from './organization-announcer.js';
import type { OrganizationEntity } from './organization.entity.js';
import { anyPackageOf, requireOwner } from './organization.rules.js';
import type { OrganizationSettings } from './organizations.repository.js';
import { OrganizationsRepository } from './organizations.repository.js';

export interface SettingsWish {
  readonly by: AuditActor;
  readonly caller: Principal;
  readonly organizationId: OrganizationId;
  readonly settings: Partial<OrganizationSettings>;
  /** Throws when the caller has read another version. */
  readonly requireVersion: (version: number) => void;
}

@Injectable()
export class OrganizationSettingsService {
  constructor(
    private readonly organizations: OrganizationsRepository,
    private readonly users: UsersRepository,
    private readonly announcer: OrganizationAnnouncer,
    private readonly audit: AuditTrail,
    private readonly changes: CredentialChanges,
  ) {}

  /**
   * Changes what is given and differs. Throws `precondition-failed`, `forbidden` `organization.owners-only` for the second
   * factor, `grant.beyond-own` for the base permission, `conflict` `organization.no-second-factor` for who would require of others what they have not.
   */
  async change({ by, caller, organizationId, settings, requireVersion }: SettingsWish): Promise<OrganizationEntity> {
    return this.changes.run(async (manager) => {
      const before = await this.organizations.lock(manager, organizationId);
      requireVersion(before.version);
      const changed = differences(before, settings);
      if (Object.keys(changed).length === 0) return before;
      if (changed.twoFactorRequired !== undefined) {
        requireOwner(caller, organizationId);
        if (changed.twoFactorRequired) await this.#requireSecondFactor(manager, caller);
      }
      // What all members may do is given, or taken, by who may do it: nobody rises by changing it.
      if (changed.basePermission !== undefined) {
        requireMayGive(caller, actionsOf('member'), [anyPackageOf(organizationId)]);
      }
      const after = await this.organizations.change(manager, before, changed);
      const isAccess = changed.basePermission !== undefined || changed.twoFactorRequired !== undefined;
      const affected = isAccess ? await this.organizations.usersOf(manager, organizationId, affectedLimit) : [];
      await this.announcer.changed(manager, after, { affected });
      await this.audit.record(manager, by, {
        action: 'organization.change',
        subject: `organization:${organizationId}`,
        organizationId,
        details: { before: onlyKeysOf(before, changed), after: changed },
      });
      return after;
    });
  }

  async #requireSecondFactor(manager: EntityManager, caller: Principal): Promise<void> {
    const user = caller.kind === 'anonymous' ? undefined : await this.users.findById(caller.userId, manager);
    if (user !== undefined && user.twoFactorEnabledAt !== null) return;
    throw new DomainError(
      'conflict',
      'organization.no-second-factor',
      'Set up a second factor for yourself before you require one of others.',
    );
  }
}

const settingNames = ['displayName', 'description', 'basePermission', 'twoFactorRequired', 'privateMembers'] as const;

function differences(before: OrganizationEntity, wanted: Partial<OrganizationSettings>): Partial<OrganizationSettings> {
  const changed = settingNames.filter((name) => wanted[name] !== undefined && wanted[name] !== before[name]);
  return Object.fromEntries(changed.map((name) => [name, wanted[name]]));
}

function onlyKeysOf(before: OrganizationEntity, changed: Partial<OrganizationSettings>): object {
  return Object.fromEntries(settingNames.filter((name) => name in changed).map((name) => [name, before[name]]));
}
