import { IsString, MaxLength } from 'class-validator';
import { z } from 'zod';

export class ResetPasswordBody {
  @IsString()
  @MaxLength(1000)
  newPassword!: string;
}

export const resetLinkView = z.object({ link: z.url(), expiresAt: z.iso.datetime() });
export type ResetLinkView = z.infer<typeof resetLinkView>;
