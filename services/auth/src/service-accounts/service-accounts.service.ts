import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { AuditActor } from '@waybill/audit';
import { AuditTrail } from '@waybill/audit';
import type { OrganizationId, UserId } from '@waybill/domain';
import { DomainError, parseSlug } from '@waybill/domain';
import { isUniqueViolation } from '@waybill/persistence';
import { CredentialChanges } from '../credential-changes/credential-changes.js';
import { CredentialEnder } from '../credential-ender/credential-ender.js';
import { OrganizationsRepository } from '../organizations/organizations.repository.js';
import { UsersRepository } from '../users/users.repository.js';
import type { ServiceAccount } from './service-accounts.repository.js';
import { ServiceAccountsRepository } from './service-accounts.repository.js';

export interface NewServiceAccount {
  readonly name: string;
  readonly description: string;
}

export interface ServiceAccountChange {
  readonly description?: string;
  readonly suspended?: boolean;
  /** Throws where the caller has read an older version. */
  readonly requireVersion: (version: number) => void;
}

interface Named {
  readonly organizationId: OrganizationId;
  readonly name: string;
}

const maxServiceAccounts = 200;

/** Accounts of an organization for machines: tokens, grants and teams, and never a password or an ownership. */
@Injectable()
export class ServiceAccountsService {
  constructor(
    private readonly accounts: ServiceAccountsRepository,
    private readonly organizations: OrganizationsRepository,
    private readonly users: UsersRepository,
    private readonly ender: CredentialEnder,
    private readonly audit: AuditTrail,
    private readonly changes: CredentialChanges,
  ) {}

  /** Throws `invalid`, `conflict` `service-account.name-taken` (names are not used again) | `service-account.too-many`. */
  async create(by: AuditActor, organizationId: OrganizationId, wish: NewServiceAccount): Promise<ServiceAccount> {
    const name = parseSlug(wish.name);
    const userId = randomUUID() as UserId;
    try {
      await this.changes.run(async (manager) => {
        const organization = await this.organizations.lock(manager, organizationId);
        if ((await this.accounts.count(manager, organizationId)) >= maxServiceAccounts) throw tooMany();
        const account = { userId, organizationId, name, description: wish.description, createdBy: by.userId ?? null };
        const username = `${organization.name}/${name}`;
        await this.accounts.insert(manager, account, username);
        const details = { username };
        await this.audit.record(manager, by, { ...entryOf(userId, organizationId, 'create'), details });
      });
    } catch (error) {
      const isTaken =
        isUniqueViolation(error, 'service_accounts_name_unique') || isUniqueViolation(error, 'users_username_unique');
      if (!isTaken) throw error;
      throw new DomainError('conflict', 'service-account.name-taken', 'That name is taken, or was.');
    }
    return this.view({ organizationId, name });
  }

  page(organizationId: OrganizationId, limit: number, after: string): Promise<ServiceAccount[]> {
    return this.accounts.page(organizationId, limit, after);
  }

  /** Throws `not-found`, also for one of another organization (security.md A3). */
  async view({ organizationId, name }: Named): Promise<ServiceAccount> {
    const account = await this.accounts.find(organizationId, name);
    if (account === undefined) throw serviceAccountNotFound();
    return account;
  }

  /** Suspending ends every token for good, as it does for people: none comes back with the account. Errors: `not-found`. */
  async change(by: AuditActor, named: Named, change: ServiceAccountChange): Promise<ServiceAccount> {
    await this.changes.run(async (manager) => {
      const account = await this.accounts.lock(manager, named);
      if (account === undefined) throw serviceAccountNotFound();
      change.requireVersion(account.version);
      const { userId, organizationId } = account;
      const { description = account.description, suspended = account.suspended } = change;
      if (description === account.description && suspended === account.suspended) return;
      await this.accounts.change(manager, account, { description });
      const turns = suspended !== account.suspended;
      if (turns) await this.users.change(manager, userId, { suspended });
      const ended = turns && suspended ? await this.ender.endAllOf(manager, userId, { reason: 'admin' }) : {};
      const before = { description: account.description, suspended: account.suspended };
      const details = { before, after: { description, suspended }, ...ended };
      await this.audit.record(manager, by, { ...entryOf(userId, organizationId, 'change'), details });
    });
    return this.view(named);
  }

  /** Its tokens, teams and grants end; its row stays, so that what it did has an author. Errors: `not-found`. */
  async delete(by: AuditActor, named: Named, requireVersion: (version: number) => void): Promise<void> {
    await this.changes.run(async (manager) => {
      const account = await this.accounts.lock(manager, named);
      if (account === undefined) throw serviceAccountNotFound();
      requireVersion(account.version);
      const { userId, organizationId, username } = account;
      await this.accounts.change(manager, account, { deletedAt: new Date() });
      await this.users.change(manager, userId, { suspended: true, deletedAt: new Date() });
      const ended = await this.ender.endAllOf(manager, userId, { reason: 'admin' });
      await this.accounts.takeEverything(manager, userId);
      const details = { username, ...ended };
      await this.audit.record(manager, by, { ...entryOf(userId, organizationId, 'delete'), details });
    });
  }
}

export function serviceAccountNotFound(): DomainError {
  return new DomainError('not-found', 'not-found', 'That service account was not found.');
}

function entryOf<Verb extends 'create' | 'change' | 'delete'>(
  userId: UserId,
  organizationId: OrganizationId,
  verb: Verb,
) {
  return { action: `service-account.${verb}` as const, subject: `user:${userId}`, organizationId };
}

function tooMany(): DomainError {
  const message = `An organization has at most ${maxServiceAccounts} service accounts.`;
  return new DomainError('conflict', 'service-account.too-many', message);
}
