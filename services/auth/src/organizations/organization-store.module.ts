import { Module } from '@nestjs/common';
import { CredentialChangesModule } from '../credential-changes/credential-changes.module.js';
import { UserAccountsModule } from '../users/user-accounts.module.js';
import { OrganizationAnnouncer } from './organization-announcer.js';
import { OrganizationOfPath } from './organization.resource.js';
import { OrganizationsRepository } from './organizations.repository.js';

/** Organizations as other nouns need them. */
@Module({
  imports: [CredentialChangesModule, UserAccountsModule],
  providers: [OrganizationAnnouncer, OrganizationsRepository, OrganizationOfPath],
  exports: [OrganizationAnnouncer, OrganizationsRepository, OrganizationOfPath],
})
export class OrganizationStoreModule {}
