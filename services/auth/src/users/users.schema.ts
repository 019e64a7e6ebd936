import { IsBoolean, IsEmail, IsOptional, IsString, MaxLength } from 'class-validator';
import { z } from 'zod';
import type { UserEntity } from './user.entity.js';
import { MayBeAbsent, SecondFactorCode } from '@waybill/management-api';
import { PersonProofBody } from '../person-proof/person-proof.schema.js';

export class CreateUserBody {
  @IsString()
  @MaxLength(64)
  username!: string;

  @IsString()
  @MaxLength(1000)
  password!: string;

  @MayBeAbsent()
  @IsEmail()
  @MaxLength(254)
  email?: string;

  /** Only for administrators to say. */
  @MayBeAbsent()
  @IsBoolean()
  installationAdmin?: boolean;

  /** What is behind the # of the link in the mail that invited whoever registers. */
  @MayBeAbsent()
  @IsString()
  @MaxLength(200)
  invitation?: string;

  /** Of an administrator’s own second factor, or a recovery code: needed with a token, where they have one. */
  @SecondFactorCode()
  code?: string;
}

/** A merge patch (RFC 7396): what is not there stays, `null` takes away. */
export class PatchUserBody {
  @IsOptional()
  @IsString()
  @MaxLength(254)
  email?: string | null;

  @IsOptional()
  @IsString()
  @MaxLength(200)
  fullName?: string | null;

  @IsOptional()
  @IsString()
  @MaxLength(1000)
  bio?: string | null;

  @IsOptional()
  @IsString()
  @MaxLength(200)
  website?: string | null;
}

export class ChangePasswordBody {
  /** Needed to change one's own. */
  @MayBeAbsent()
  @IsString()
  @MaxLength(1000)
  currentPassword?: string;

  /** Of your own second factor, or a recovery code: needed where you have one, to change your own, and with a token anybody's. */
  @SecondFactorCode()
  code?: string;

  @IsString()
  @MaxLength(1000)
  newPassword!: string;
}

export class SuspensionBody {
  @IsBoolean()
  suspended!: boolean;
}

export class InstallationAdminBody extends PersonProofBody {
  @IsBoolean()
  installationAdmin!: boolean;
}

export const userView = z.object({
  id: z.uuid(),
  username: z.string(),
  email: z.string().nullable(),
  emailVerified: z.boolean(),
  fullName: z.string().nullable(),
  bio: z.string().nullable(),
  website: z.string().nullable(),
  twoFactorEnabled: z.boolean(),
  installationAdmin: z.boolean(),
  suspended: z.boolean(),
  createdAt: z.iso.datetime(),
});
export type UserView = z.infer<typeof userView>;

export function viewOfUser(user: UserEntity): UserView {
  return {
    id: user.userId,
    username: user.username,
    email: user.email,
    emailVerified: user.emailVerifiedAt !== null,
    fullName: user.fullName,
    bio: user.bio,
    website: user.website,
    twoFactorEnabled: user.twoFactorEnabledAt !== null,
    installationAdmin: user.installationAdmin,
    suspended: user.suspended,
    createdAt: user.createdAt.toISOString(),
  };
}
