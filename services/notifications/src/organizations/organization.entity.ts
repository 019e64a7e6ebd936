import type { OrganizationId } from '@waybill/domain';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** An organization as `auth` announced it: what its name means. */
@Entity({ name: 'organizations' })
@Index('organizations_by_name', ['name'])
export class OrganizationEntity {
  @PrimaryColumn('uuid', { name: 'organization_id', primaryKeyConstraintName: 'organizations_pkey' })
  organizationId!: OrganizationId;

  @Column('text')
  name!: string;

  @Column('boolean')
  deleted!: boolean;

  @Column('integer', { name: 'aggregate_version' })
  aggregateVersion!: number;
}
