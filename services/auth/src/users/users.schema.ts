import { IsBoolean, IsEmail, IsOptional, IsString, MaxLength } from 'class-validator';
import { z } from 'zod';
import type { UserEntity } from './user.entity.js';

export class CreateUserBody {
  @IsString()
  @MaxLength(64)
  username!: string;

  @IsString()
  @MaxLength(1000)
  password!: string;

  @IsOptional()
  @IsEmail()
  @MaxLength(254)
  email?: string;

  @IsOptional()
  @IsBoolean()
  installationAdmin?: boolean;
}

export class ChangePasswordBody {
  /** Needed to change one's own. */
  @IsOptional()
  @IsString()
  @MaxLength(1000)
  currentPassword?: string;

  /** Of the second factor, or a recovery code; needed to change one's own by who has one. */
  @IsOptional()
  @IsString()
  @MaxLength(64)
  code?: string;

  @IsString()
  @MaxLength(1000)
  newPassword!: string;
}

export class SuspensionBody {
  @IsBoolean()
  suspended!: boolean;
}

export class InstallationAdminBody {
  @IsBoolean()
  installationAdmin!: boolean;
}

export const userView = z.object({
  id: z.uuid(),
  username: z.string(),
  email: z.string().nullable(),
  fullName: z.string().nullable(),
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
    fullName: user.fullName,
    installationAdmin: user.installationAdmin,
    suspended: user.suspended,
    createdAt: user.createdAt.toISOString(),
  };
}
