import { Injectable } from '@nestjs/common';
import { OrganizationOfBody } from '../organizations/organization-of-body.resource.js';
import { OrganizationRepository } from '../organizations/organization.repository.js';
import { CreateRepositoryBody } from './repositories.schema.js';

@Injectable()
export class OrganizationOfNewRepository extends OrganizationOfBody {
  constructor(organizations: OrganizationRepository) {
    super(organizations, CreateRepositoryBody);
  }
}
