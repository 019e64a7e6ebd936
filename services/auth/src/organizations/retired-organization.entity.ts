import type { OrganizationId, Slug } from '@waybill/domain';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A name that an organization had when it was deleted: nobody else gets it, and with it the trust in what it published. */
@Entity('retired_organizations')
export class RetiredOrganizationEntity {
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'retired_organizations_pk' })
  name!: Slug;

  @Column({ type: 'uuid', name: 'organization_id' })
  organizationId!: OrganizationId;

  @Column({ type: 'timestamptz', name: 'retired_at', default: () => 'now()' })
  retiredAt!: Date;
}
