import type { OrganizationId, Role, TokenHash, UserId } from '@waybill/domain';
import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import { OrganizationEntity } from '../organizations/organization.entity.js';
import { UserEntity } from '../users/user.entity.js';

export type InvitationState = 'open' | 'accepted' | 'declined' | 'revoked';

/** Somebody is asked to become a member: a username, or whoever has an address. */
@Entity('invitations')
@Unique('invitations_secret_hash_unique', ['secretHash'])
@Check(
  'invitations_somebody',
  `(username IS NULL) = (email IS NOT NULL)
       AND (email IS NULL) = (secret_hash IS NULL) AND (user_id IS NULL OR username IS NOT NULL)`,
)
@Check('invitations_role_known', `role IN ('owner', 'admin', 'member', 'auditor', 'reader')`)
@Check(
  'invitations_state_known',
  `state IN ('open', 'accepted', 'declined', 'revoked')
       AND (state = 'open') = (answered_at IS NULL)`,
)
@Index('invitations_open_by_username', ['organizationId', 'username'], {
  unique: true,
  where: `state = 'open' AND username IS NOT NULL`,
})
@Index('invitations_open_by_email', ['organizationId', 'email'], {
  unique: true,
  where: `state = 'open' AND email IS NOT NULL`,
})
@Index('invitations_by_organization', ['organizationId', 'createdAt'])
@Index('invitations_by_user', ['userId', 'createdAt'], { where: 'user_id IS NOT NULL' })
@Index('invitations_by_email', ['email', 'createdAt'], { where: 'email IS NOT NULL' })
@Index('invitations_by_inviter', ['invitedBy'])
export class InvitationEntity {
  @PrimaryColumn({ type: 'uuid', name: 'invitation_id', primaryKeyConstraintName: 'invitations_pk' })
  invitationId!: string;

  @Column({ type: 'uuid', name: 'organization_id' })
  @ForeignKey(() => OrganizationEntity, { name: 'invitations_organization_fk', onDelete: 'CASCADE' })
  organizationId!: OrganizationId;

  @Column({ type: 'text' })
  role!: Role;

  @Column({ type: 'uuid', name: 'team_ids', array: true, default: '{}' })
  teamIds!: string[];

  /** As the inviter wrote it; null for an invitation by e-mail. */
  @Column({ type: 'text', nullable: true })
  username!: string | null;

  /** Whose name it was then. Null where there was nobody: whoever takes the name later is not who was meant (security.md A6). */
  @Column({ type: 'uuid', name: 'user_id', nullable: true })
  @ForeignKey(() => UserEntity, { name: 'invitations_user_fk', onDelete: 'CASCADE' })
  userId!: UserId | null;

  /** Lower case. */
  @Column({ type: 'text', nullable: true })
  email!: string | null;

  /** sha256 in hex of what is in the mail. */
  @Column({ type: 'text', name: 'secret_hash', nullable: true })
  secretHash!: TokenHash | null;

  @Column({ type: 'uuid', name: 'invited_by' })
  @ForeignKey(() => UserEntity, { name: 'invitations_invited_by_fk', onDelete: 'CASCADE' })
  invitedBy!: UserId;

  @Column({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;

  @Column({ type: 'timestamptz', name: 'expires_at' })
  expiresAt!: Date;

  @Column({ type: 'text', default: 'open' })
  state!: InvitationState;

  @Column({ type: 'timestamptz', name: 'answered_at', nullable: true })
  answeredAt!: Date | null;
}
