import { Module } from '@nestjs/common';
import { OrganizationProjection } from './organization.projection.js';
import { OrganizationRepository } from './organization.repository.js';

/** Names of organizations, as `auth` announces them. */
@Module({ providers: [OrganizationProjection, OrganizationRepository], exports: [OrganizationRepository] })
export class OrganizationsModule {}
