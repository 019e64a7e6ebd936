import { Module } from '@nestjs/common';
import { CredentialChangesModule } from '../credential-changes/credential-changes.module.js';
import { UserAccountsModule } from '../users/user-accounts.module.js';
import { NamedOrganizations } from './named-organizations.js';
import { OrganizationAnnouncer } from './organization-announcer.js';
import { OrganizationOfPath } from './organization.resource.js';
import { OrganizationsRepository } from './organizations.repository.js';

/** Organizations as other nouns need them. */
@Module({
  imports: [CredentialChangesModule, UserAccountsModule],
  providers: [NamedOrganizations, OrganizationAnnouncer, OrganizationsRepository, OrganizationOfPath],
  exports: [NamedOrganizations, OrganizationAnnouncer, OrganizationsRepository, OrganizationOfPath],
})
export class OrganizationStoreModule {}
