import { IsString, MaxLength } from 'class-validator';
import { z } from 'zod';
import { userView } from '../users/users.schema.js';

export class DeleteAccountBody {
  /** The username, once more. */
  @IsString()
  @MaxLength(64)
  confirm!: string;
}

export const accountView = userView.extend({
  twoFactorEnabledAt: z.iso.datetime().nullable(),
  /** How many of them were not used. */
  recoveryCodesLeft: z.int(),
});
export type AccountView = z.infer<typeof accountView>;

const rows = z.array(z.record(z.string(), z.unknown()));

export const accountExportView = z.object({
  exportedAt: z.iso.datetime(),
  account: accountView,
  memberships: rows,
  teams: rows,
  grants: rows,
  ownedPackages: rows,
  tokens: rows,
  sessions: rows,
  identities: rows,
  invitations: rows,
  auditEvents: rows,
});
