import type { OrganizationId, Slug } from '@waybill/domain';
import { Column, Entity, PrimaryColumn, Unique } from 'typeorm';

@Entity('organizations')
@Unique('organizations_name_unique', ['name'])
export class OrganizationEntity {
  @PrimaryColumn({ type: 'uuid', name: 'organization_id', primaryKeyConstraintName: 'organizations_pk' })
  organizationId!: OrganizationId;

  @Column({ type: 'text' })
  name!: Slug;

  @Column({ type: 'timestamptz', name: 'created_at', default: () => 'now()' })
  createdAt!: Date;
}
