import { Module } from '@nestjs/common';
import { InheritedRolesRepository } from './inherited-roles.repository.js';

/** What sources of packages give, for what ends it. */
@Module({ providers: [InheritedRolesRepository], exports: [InheritedRolesRepository] })
export class InheritedRoleStoreModule {}
