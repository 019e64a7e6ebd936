import type { UserId } from '@waybill/domain';
import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { UserEntity } from '../users/user.entity.js';
import type { TeamId } from './team.entity.js';
import { TeamEntity } from './team.entity.js';

@Entity('team_members')
@Index('team_members_by_user', ['userId'])
export class TeamMemberEntity {
  @PrimaryColumn({ type: 'uuid', name: 'team_id', primaryKeyConstraintName: 'team_members_pk' })
  @ForeignKey(() => TeamEntity, { name: 'team_members_team_fk', onDelete: 'CASCADE' })
  teamId!: TeamId;

  @PrimaryColumn({ type: 'uuid', name: 'user_id', primaryKeyConstraintName: 'team_members_pk' })
  @ForeignKey(() => UserEntity, { name: 'team_members_user_fk', onDelete: 'CASCADE' })
  userId!: UserId;

  /** Who may add and remove members of this team, and do nothing else by that. */
  @Column({ type: 'boolean', default: false })
  maintainer!: boolean;

  @Column({ type: 'timestamptz', name: 'created_at', default: () => 'now()' })
  createdAt!: Date;
}
