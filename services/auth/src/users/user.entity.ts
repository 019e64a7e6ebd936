import type { OrganizationId, UserId } from '@waybill/domain';
import { Check, Column, Entity, Index, PrimaryColumn, Unique } from 'typeorm';
import type { PasswordHash } from '../passwords/password-hasher.js';

@Entity('users')
@Unique('users_username_unique', ['username'])
@Check('users_username_lower_case', 'username = lower(username)')
@Check(
  'users_kind_known',
  `(kind = 'service') = (organization_id IS NOT NULL) AND kind IN ('person', 'service', 'publisher')`,
)
@Check('users_verified_email', 'email_verified_at IS NULL OR email IS NOT NULL')
@Check(
  'users_deleted_are_empty',
  'deleted_at IS NULL OR suspended AND num_nonnulls(email, full_name, bio, website, password_hash) = 0',
)
@Index('users_by_organization', ['organizationId'], { where: 'organization_id IS NOT NULL' })
export class UserEntity {
  @PrimaryColumn({ type: 'uuid', name: 'user_id', primaryKeyConstraintName: 'users_pk' })
  userId!: UserId;

  /**
   * A person; a service account of an organization, which has tokens and never a password; or whom tokens of trusted publishers stand for.
   */
  @Column({ type: 'text', default: 'person' })
  kind!: 'person' | 'service' | 'publisher';

  /** Whose service account it is; null for persons. */
  @Column({ type: 'uuid', name: 'organization_id', nullable: true })
  organizationId!: OrganizationId | null;

  /** Lower case only (checked), so that unique means unique whatever the case. `<organization>/<name>` for a service account. */
  @Column({ type: 'text' })
  username!: string;

  @Column({ type: 'text', nullable: true })
  email!: string | null;

  /** When the person showed that mail to `email` reaches them; null again when it is changed. */
  @Column({ type: 'timestamptz', name: 'email_verified_at', nullable: true })
  emailVerifiedAt!: Date | null;

  @Column({ type: 'text', name: 'full_name', nullable: true })
  fullName!: string | null;

  @Column({ type: 'text', nullable: true })
  bio!: string | null;

  /** An address that begins with `https:`. */
  @Column({ type: 'text', nullable: true })
  website!: string | null;

  /** Null for whoever signs in in another way, or not at all. */
  @Column({ type: 'text', name: 'password_hash', nullable: true })
  passwordHash!: PasswordHash | null;

  /** Since when signing in asks for a second factor; null: it does not. */
  @Column({ type: 'timestamptz', name: 'two_factor_enabled_at', nullable: true })
  twoFactorEnabledAt!: Date | null;

  /** Raised whenever what somebody proved themselves with is ended: a sign-in that was begun before goes no further. */
  @Column({ type: 'integer', name: 'credential_generation', default: 0 })
  credentialGeneration!: number;

  @Column({ type: 'boolean', name: 'installation_admin', default: false })
  installationAdmin!: boolean;

  @Column({ type: 'boolean', default: false })
  suspended!: boolean;

  /** The account was given up: nothing of it works, and its name is never given to somebody else. */
  @Column({ type: 'timestamptz', name: 'deleted_at', nullable: true })
  deletedAt!: Date | null;

  /** Counts the changes of the account: its ETag. */
  @Column({ type: 'integer', default: 1 })
  version!: number;

  /** Version of this user as an aggregate of events. */
  @Column({ type: 'integer', name: 'event_version', default: 0 })
  eventVersion!: number;

  @Column({ type: 'timestamptz', name: 'created_at', default: () => 'now()' })
  createdAt!: Date;

  /** When anything of the account was changed last. */
  @Column({ type: 'timestamptz', name: 'updated_at', default: () => 'now()' })
  updatedAt!: Date;
}
