import type { PublisherId, UserId } from '@waybill/domain';
import { Column, Entity, ForeignKey, PrimaryColumn, Unique } from 'typeorm';
import { TrustedPublisherEntity } from '../trusted-publishers/trusted-publisher.entity.js';
import { UserEntity } from '../users/user.entity.js';

/** Whom the tokens of a trusted publisher stand for: nobody in particular. */
@Entity('publisher_accounts')
@Unique('publisher_accounts_user_unique', ['userId'])
export class PublisherAccountEntity {
  @PrimaryColumn({ type: 'uuid', name: 'publisher_id', primaryKeyConstraintName: 'publisher_accounts_pk' })
  @ForeignKey(() => TrustedPublisherEntity, { name: 'publisher_accounts_publisher_fk' })
  publisherId!: PublisherId;

  @Column({ type: 'uuid', name: 'user_id' })
  @ForeignKey(() => UserEntity, { name: 'publisher_accounts_user_fk' })
  userId!: UserId;
}
