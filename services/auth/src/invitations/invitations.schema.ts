import { type Role, roles } from '@waybill/domain';
import { MayBeAbsent, pageOf } from '@waybill/management-api';
import { ArrayMaxSize, ArrayUnique, IsArray, IsIn, IsInt, IsString, Max, MaxLength, Min } from 'class-validator';
import { z } from 'zod';
import { maxInvitationDays, maxTeamsOfInvitation, shownInvitationStates, shownState } from './invitation.rules.js';
import type { ListedInvitation } from './invitations.repository.js';

export class InviteBody {
  /** Whom to invite; or `email`. */
  @MayBeAbsent()
  @IsString()
  @MaxLength(64)
  username?: string;

  /** The address to send an invitation to; or `username`. */
  @MayBeAbsent()
  @IsString()
  @MaxLength(254)
  email?: string;

  @IsIn(roles)
  role!: Role;

  /** Names of teams that they will be members of. */
  @MayBeAbsent()
  @IsArray()
  @ArrayMaxSize(maxTeamsOfInvitation)
  @ArrayUnique()
  @IsString({ each: true })
  @MaxLength(64, { each: true })
  teams?: string[];

  /** Days until it expires; 7 unless given. */
  @MayBeAbsent()
  @IsInt()
  @Min(1)
  @Max(maxInvitationDays)
  expiresInDays?: number;
}

export class AnswerInvitationBody {
  /** What is behind the # of the link in the mail; needed for an invitation by e-mail. */
  @MayBeAbsent()
  @IsString()
  @MaxLength(200)
  secret?: string;
}

export const invitationView = z.object({
  id: z.uuid(),
  organization: z.string(),
  role: z.enum(roles),
  teams: z.array(z.string()),
  username: z.string().nullable(),
  email: z.string().nullable(),
  invitedBy: z.string(),
  state: z.enum(shownInvitationStates),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
});
export type InvitationView = z.infer<typeof invitationView>;

export const invitationPage = pageOf(invitationView);

export function viewOfInvitation(invitation: ListedInvitation): InvitationView {
  const { invitationId: id, createdAt, expiresAt, organization, role, teams, username, email, invitedBy } = invitation;
  return {
    id,
    organization,
    role,
    teams: [...teams],
    username,
    email,
    invitedBy,
    state: shownState(invitation),
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
  };
}
