import { MayBeAbsent } from '@waybill/management-api';
import { PersonProofBody } from '../person-proof/person-proof.schema.js';
import { IsBoolean, IsString, MaxLength } from 'class-validator';
import { z } from 'zod';

export class CreatePasswordResetBody extends PersonProofBody {
  /** For an account that was taken: what opens it elsewhere, its password, sessions and tokens end at once. */
  @MayBeAbsent()
  @IsBoolean()
  unlinkIdentities?: boolean;
}

export class ResetPasswordBody {
  @IsString()
  @MaxLength(1000)
  newPassword!: string;
}

export const resetLinkView = z.object({ link: z.url(), expiresAt: z.iso.datetime() });
export type ResetLinkView = z.infer<typeof resetLinkView>;
