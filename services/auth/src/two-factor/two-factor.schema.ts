import { IsString, MaxLength, MinLength } from 'class-validator';
import { z } from 'zod';
import { maxCodeLength } from './two-factor.rules.js';

export class ConfirmTwoFactorBody {
  /** What the authenticator shows. */
  @IsString()
  @MinLength(1)
  @MaxLength(maxCodeLength)
  code!: string;
}

export const begunTwoFactorView = z.object({ secret: z.string(), otpauthUri: z.string() });

export const recoveryCodesView = z.object({ recoveryCodes: z.array(z.string()) });
export type RecoveryCodesView = z.infer<typeof recoveryCodesView>;
