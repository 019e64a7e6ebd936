import type { UserId } from '@waybill/domain';
import { Check, Column, Entity, ForeignKey, PrimaryColumn, Unique } from 'typeorm';
import { UserEntity } from '../users/user.entity.js';
import type { IdentityProvider } from './external-identity.js';

/** Whose account an identity elsewhere opens. It is found by what never changes there, not by a name or an address. */
@Entity('external_identities')
@Unique('external_identities_user_unique', ['userId', 'provider'])
@Check('external_identities_provider_known', `provider IN ('oidc', 'ldap')`)
export class ExternalIdentityEntity {
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'external_identities_pk' })
  provider!: IdentityProvider;

  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'external_identities_pk' })
  subject!: string;

  @Column({ type: 'uuid', name: 'user_id' })
  @ForeignKey(() => UserEntity, { name: 'external_identities_user_fk', onDelete: 'CASCADE' })
  userId!: UserId;

  @Column({ type: 'timestamptz', name: 'created_at', default: () => 'now()' })
  createdAt!: Date;

  @Column({ type: 'timestamptz', name: 'last_seen_at', default: () => 'now()' })
  lastSeenAt!: Date;

  /** When the provider vouched for the sign-on that was last finished with a second factor: that one is over, and older ones are. */
  @Column({ type: 'timestamptz', name: 'signed_in_until', nullable: true })
  signedInUntil!: Date | null;
}
