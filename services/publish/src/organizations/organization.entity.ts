import type { OrganizationId } from '@waybill/domain';
import { Column, Entity, PrimaryColumn, Unique } from 'typeorm';

/** An organization as `auth` announced it: its name, for those who create repositories by it. */
@Entity({ name: 'organizations' })
@Unique('organizations_name_key', ['name'])
export class OrganizationEntity {
  @PrimaryColumn('uuid', { name: 'organization_id', primaryKeyConstraintName: 'organizations_pkey' })
  organizationId!: OrganizationId;

  @Column('text')
  name!: string;
}
