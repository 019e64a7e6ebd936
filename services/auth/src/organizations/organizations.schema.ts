import { actions, basePermissions, roles } from '@waybill/domain';
import type { BasePermission } from '@waybill/domain';
import { MayBeAbsent, pageOf } from '@waybill/management-api';
import { Transform } from 'class-transformer';
import { IsBoolean, IsIn, IsOptional, IsString, MaxLength } from 'class-validator';
import { z } from 'zod';
import type { OrganizationEntity } from './organization.entity.js';

export class CreateOrganizationBody {
  @IsString()
  @MaxLength(64)
  name!: string;

  /** Username of its first owner; the caller unless given. Only administrators of the installation name somebody else. */
  @MayBeAbsent()
  @IsString()
  @MaxLength(64)
  owner?: string;
}

/** What is left out stays; null takes away (RFC 7396), and is refused where something must be. */
export class ChangeOrganizationBody {
  @IsOptional()
  @IsString()
  @MaxLength(100)
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.trim() : value))
  displayName?: string | null;

  @IsOptional()
  @IsString()
  @MaxLength(1000)
  description?: string | null;

  /** What plain members may do to packages. */
  @MayBeAbsent()
  @IsIn(basePermissions)
  basePermission?: BasePermission;

  /** Who has no second factor gets nothing from the organization. Only owners change it, who have one themselves. */
  @MayBeAbsent()
  @IsBoolean()
  twoFactorRequired?: boolean;

  /** Only who manages access or audits sees the members. */
  @MayBeAbsent()
  @IsBoolean()
  privateMembers?: boolean;
}

export class DeleteOrganizationBody {
  /** The name of the organization again. */
  @IsString()
  @MaxLength(64)
  confirm!: string;
}

export class TransferOrganizationBody {
  /** A member of the organization. */
  @IsString()
  @MaxLength(64)
  username!: string;
}

export const organizationView = z.object({
  id: z.uuid(),
  name: z.string(),
  displayName: z.string().nullable(),
  description: z.string().nullable(),
  basePermission: z.enum(basePermissions),
  twoFactorRequired: z.boolean(),
  privateMembers: z.boolean(),
  createdAt: z.iso.datetime(),
});
export type OrganizationView = z.infer<typeof organizationView>;

export const organizationPage = pageOf(organizationView);

export const capabilitiesView = z.object({
  role: z.enum(roles).nullable(),
  organization: z.array(z.enum(actions)),
  packages: z.array(z.enum(actions)),
  may: z.object({
    changeSettings: z.boolean(),
    requireTwoFactor: z.boolean(),
    manageMembers: z.boolean(),
    manageTeams: z.boolean(),
    manageGrants: z.boolean(),
    seeMembers: z.boolean(),
    readAudit: z.boolean(),
    transfer: z.boolean(),
    delete: z.boolean(),
    leave: z.boolean(),
  }),
});

export function viewOfOrganization(organization: OrganizationEntity): OrganizationView {
  const { organizationId: id, createdAt, name, displayName, description } = organization;
  const { basePermission, twoFactorRequired, privateMembers } = organization;
  const settings = { basePermission, twoFactorRequired, privateMembers };
  return { id, name, displayName, description, ...settings, createdAt: createdAt.toISOString() };
}

/** Pages of what has a name go by it. What is no name finds nothing, and a NUL must not reach PostgreSQL. */
export const nameCursor = z
  .string()
  .max(200)
  .regex(/^[a-z0-9/._-]*$/);
