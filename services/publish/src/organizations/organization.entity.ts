import type { OrganizationId } from '@waybill/domain';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** An organization as `auth` announced it: its name, for those who create or hand over things by it. */
@Entity({ name: 'organizations' })
@Index('organizations_name_key', ['name'], { unique: true, where: 'NOT deleted' })
export class OrganizationEntity {
  @PrimaryColumn('uuid', { name: 'organization_id', primaryKeyConstraintName: 'organizations_pkey' })
  organizationId!: OrganizationId;

  @Column('text')
  name!: string;

  @Column('boolean')
  deleted!: boolean;

  /** Of the event that told this. */
  @Column('integer', { name: 'aggregate_version' })
  aggregateVersion!: number;
}
