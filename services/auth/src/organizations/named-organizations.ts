import { Injectable } from '@nestjs/common';
import type { Action, Principal } from '@waybill/domain';
import { isSlug } from '@waybill/domain';
import { notThere } from '../not-there.js';
import { requireAllowed } from '../require-allowed.js';
import type { OrganizationEntity } from './organization.entity.js';
import { OrganizationsRepository } from './organizations.repository.js';

/** Organizations as native clients name them. */
@Injectable()
export class NamedOrganizations {
  constructor(private readonly organizations: OrganizationsRepository) {}

  /** The organization, if the caller may do that there. Throws what the guard of `/api/v1` does. */
  async authorized(principal: Principal, action: Action, name: string): Promise<OrganizationEntity> {
    const found = isSlug(name) ? await this.organizations.findByName(name) : undefined;
    const resource = found && { kind: 'organization' as const, organizationId: found.organizationId };
    requireAllowed(principal, action, { resource, what: 'That organization' });
    if (found !== undefined) return found;
    throw notThere(principal);
  }
}
