import type { SessionId, TokenHash, UserId } from '@waybill/domain';
import { Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import { UserEntity } from '../users/user.entity.js';

/** A browser that signed in. The row is gone when the session ends. */
@Entity('sessions')
@Unique('sessions_session_hash_unique', ['sessionHash'])
@Index('sessions_by_user', ['userId', 'createdAt'])
@Index('sessions_by_expiry', ['expiresAt'])
export class SessionEntity {
  @PrimaryColumn({ type: 'uuid', name: 'session_id', primaryKeyConstraintName: 'sessions_pk' })
  sessionId!: SessionId;

  @Column({ type: 'uuid', name: 'user_id' })
  @ForeignKey(() => UserEntity, { name: 'sessions_user_fk', onDelete: 'CASCADE' })
  userId!: UserId;

  /** sha256 of the cookie's value in hex. */
  @Column({ type: 'text', name: 'session_hash' })
  sessionHash!: TokenHash;

  @Column({ type: 'timestamptz', name: 'created_at', default: () => 'now()' })
  createdAt!: Date;

  /** The end that no use of it moves. */
  @Column({ type: 'timestamptz', name: 'expires_at' })
  expiresAt!: Date;

  /** When the person last proved who they are: signed in, or gave the password or a second factor again (security.md W7). */
  @Column({ type: 'timestamptz', name: 'proven_at', default: () => 'now()' })
  provenAt!: Date;

  /** To the minute. */
  @Column({ type: 'timestamptz', name: 'last_used_at', default: () => 'now()' })
  lastUsedAt!: Date;

  /** Where it was opened from; empty for one from before that was kept. */
  @Column({ type: 'text', name: 'client_address', default: '' })
  clientAddress!: string;

  /** What the browser said of itself then: one line of untrusted text. */
  @Column({ type: 'text', default: '' })
  client!: string;
}
