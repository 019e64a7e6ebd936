import { type Role, roles } from '@waybill/domain';
import { MayBeAbsent, pageOf, PageQuery } from '@waybill/management-api';
import { IsIn, IsString, MaxLength } from 'class-validator';
import { z } from 'zod';
import type { ListedMember } from './memberships.repository.js';

export class AddMembershipBody {
  @IsString()
  @MaxLength(64)
  username!: string;

  @IsIn(roles)
  role!: Role;
}

export class ChangeMembershipBody {
  @IsIn(roles)
  role!: Role;
}

export class MembersQuery extends PageQuery {
  /** Only members with this role. */
  @MayBeAbsent()
  @IsIn(roles)
  role?: Role;
}

export const memberView = z.object({
  /** As the audit names them: `user:<id>`. */
  id: z.uuid(),
  username: z.string(),
  fullName: z.string().nullable(),
  role: z.enum(roles),
  since: z.iso.datetime(),
  /** Null for who does not manage access. */
  twoFactorEnabled: z.boolean().nullable(),
});
export type MemberView = z.infer<typeof memberView>;

/** Who was named, whether there is such a person or not. */
export const addedMemberView = memberView.pick({ username: true, role: true }).extend({
  /** Whether they are a member now, or will be once they accept an invitation. */
  state: z.enum(['member', 'invited']),
  /** The id of the invitation. */
  invitation: z.uuid().nullable(),
});
export type AddedMemberView = z.infer<typeof addedMemberView>;

export const memberPage = pageOf(memberView);

export function viewOfMember(member: ListedMember, isForManager: boolean): MemberView {
  const { userId: id, username, fullName, role, since, twoFactorEnabled } = member;
  return {
    id,
    username,
    fullName,
    role,
    since: since.toISOString(),
    twoFactorEnabled: isForManager ? twoFactorEnabled : null,
  };
}
