import type { UserId } from '@waybill/domain';
import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { UserEntity } from '../users/user.entity.js';

/** What somebody's authenticator shares with this installation, from when they asked for it. */
@Entity('two_factors')
export class TwoFactorEntity {
  @PrimaryColumn({ type: 'uuid', name: 'user_id', primaryKeyConstraintName: 'two_factors_pk' })
  @ForeignKey(() => UserEntity, { name: 'two_factors_user_fk', onDelete: 'CASCADE' })
  userId!: UserId;

  /** Sealed with a key of the installation, bound to the user: a copy of the database makes no codes (security.md W6). */
  @Column({ type: 'bytea', name: 'sealed_secret' })
  sealedSecret!: Buffer;

  @Column({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;

  /** Null until the person has shown a code of it: before, nothing asks for one. */
  @Column({ type: 'timestamptz', name: 'confirmed_at', nullable: true })
  confirmedAt!: Date | null;

  /** The time step of the last code that was accepted: no code of it or of an earlier one is (RFC 6238 §5.2, W7). */
  @Column({ type: 'bigint', name: 'last_step', nullable: true })
  lastStep!: string | null;
}
