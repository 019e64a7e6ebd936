import { Module } from '@nestjs/common';
import { OrganizationOfPath } from './organization.resource.js';
import { OrganizationsRepository } from './organizations.repository.js';

/** Organizations as other nouns need them. */
@Module({
  providers: [OrganizationsRepository, OrganizationOfPath],
  exports: [OrganizationsRepository, OrganizationOfPath],
})
export class OrganizationStoreModule {}
