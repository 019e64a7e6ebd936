import type { OrganizationId } from '@waybill/domain';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

const toNumber = { to: (value: number) => value, from: Number };

/** An organization as `auth` announced it: its name, for those who ask for its chain by it. */
@Entity({ name: 'organizations' })
@Index('organizations_by_name', ['name'], { where: 'NOT deleted' })
export class OrganizationEntity {
  @PrimaryColumn('uuid', { name: 'organization_id', primaryKeyConstraintName: 'organizations_pkey' })
  organizationId!: OrganizationId;

  @Column('text')
  name!: string;

  @Column('boolean', { default: false })
  deleted!: boolean;

  /** Of the last event about it. */
  @Column('bigint', { name: 'aggregate_version', transformer: toNumber })
  aggregateVersion!: number;
}
