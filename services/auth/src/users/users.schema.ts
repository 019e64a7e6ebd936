import { Transform } from 'class-transformer';
import { IsBoolean, IsEmail, IsInt, IsOptional, IsString, Matches, Max, MaxLength, Min } from 'class-validator';
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

/** A page of a list ordered by name. */
export class PageQuery {
  @IsOptional()
  @IsString()
  @MaxLength(64)
  @Matches(/^[a-z0-9-]*$/, { message: 'after is not a name that a page ended with' })
  after = '';

  @IsOptional()
  @Transform(({ value }) => Number(value))
  @IsInt()
  @Min(1)
  @Max(200)
  limit = 100;
}

export interface UserView {
  readonly id: string;
  readonly username: string;
  readonly email: string | null;
  readonly fullName: string | null;
  readonly installationAdmin: boolean;
  readonly suspended: boolean;
  readonly createdAt: string;
}

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
