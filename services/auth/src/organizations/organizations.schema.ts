import { IsOptional, IsString, MaxLength } from 'class-validator';
import type { OrganizationEntity } from './organization.entity.js';

export class CreateOrganizationBody {
  @IsString()
  @MaxLength(64)
  name!: string;

  /** Username of its first owner; the caller unless given. */
  @IsOptional()
  @IsString()
  @MaxLength(64)
  owner?: string;
}

export interface OrganizationView {
  readonly id: string;
  readonly name: string;
  readonly createdAt: string;
}

export function viewOfOrganization(organization: OrganizationEntity): OrganizationView {
  const { organizationId: id, name, createdAt } = organization;
  return { id, name, createdAt: createdAt.toISOString() };
}
