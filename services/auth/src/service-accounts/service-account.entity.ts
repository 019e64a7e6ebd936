import type { OrganizationId, UserId } from '@waybill/domain';
import { Column, Entity, ForeignKey, PrimaryColumn, Unique } from 'typeorm';
import { UserEntity } from '../users/user.entity.js';

/** What is known of a service account besides what it shares with people: its user of kind `service` has the same id. */
@Entity('service_accounts')
@Unique('service_accounts_name_unique', ['organizationId', 'name'])
export class ServiceAccountEntity {
  @PrimaryColumn({ type: 'uuid', name: 'user_id', primaryKeyConstraintName: 'service_accounts_pk' })
  @ForeignKey(() => UserEntity, { name: 'service_accounts_user_fk' })
  userId!: UserId;

  @Column({ type: 'uuid', name: 'organization_id' })
  organizationId!: OrganizationId;

  @Column({ type: 'text' })
  name!: string;

  @Column({ type: 'text', default: '' })
  description!: string;

  @Column({ type: 'uuid', name: 'created_by', nullable: true })
  createdBy!: UserId | null;

  @Column({ type: 'timestamptz', name: 'created_at', default: () => 'now()' })
  createdAt!: Date;

  /** Deleted ones stay, so that what they did has an author; their names are given to nobody else. */
  @Column({ type: 'timestamptz', name: 'deleted_at', nullable: true })
  deletedAt!: Date | null;

  @Column({ type: 'integer', default: 1 })
  version!: number;
}
