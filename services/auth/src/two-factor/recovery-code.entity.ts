import type { UserId } from '@waybill/domain';
import { Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { UserEntity } from '../users/user.entity.js';

/** A code that stands once for the second factor. The row is gone when it was used. */
@Entity('recovery_codes')
export class RecoveryCodeEntity {
  @PrimaryColumn({ type: 'uuid', name: 'user_id', primaryKeyConstraintName: 'recovery_codes_pk' })
  @ForeignKey(() => UserEntity, { name: 'recovery_codes_user_fk', onDelete: 'CASCADE' })
  userId!: UserId;

  /** sha256 in hex of its 80 random bits. */
  @PrimaryColumn({ type: 'text', name: 'code_hash', primaryKeyConstraintName: 'recovery_codes_pk' })
  codeHash!: string;
}
