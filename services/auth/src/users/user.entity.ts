import type { UserId } from '@waybill/domain';
import { Check, Column, Entity, PrimaryColumn, Unique } from 'typeorm';
import type { PasswordHash } from '../passwords/password-hasher.js';

@Entity('users')
@Unique('users_username_unique', ['username'])
@Check('users_username_lower_case', 'username = lower(username)')
export class UserEntity {
  @PrimaryColumn({ type: 'uuid', name: 'user_id', primaryKeyConstraintName: 'users_pk' })
  userId!: UserId;

  /** Lower case only (checked), so that unique means unique whatever the case. */
  @Column({ type: 'text' })
  username!: string;

  @Column({ type: 'text', nullable: true })
  email!: string | null;

  @Column({ type: 'text', name: 'full_name', nullable: true })
  fullName!: string | null;

  @Column({ type: 'text', name: 'password_hash' })
  passwordHash!: PasswordHash;

  @Column({ type: 'boolean', name: 'installation_admin', default: false })
  installationAdmin!: boolean;

  @Column({ type: 'boolean', default: false })
  suspended!: boolean;

  /** Version of this user as an aggregate of events. */
  @Column({ type: 'integer', name: 'event_version', default: 0 })
  eventVersion!: number;

  @Column({ type: 'timestamptz', name: 'created_at', default: () => 'now()' })
  createdAt!: Date;

  /** When anything of the account was changed last. */
  @Column({ type: 'timestamptz', name: 'updated_at', default: () => 'now()' })
  updatedAt!: Date;
}
