import { IsBoolean, IsOptional, IsString, MaxLength, MinLength } from 'class-validator';
import { z } from 'zod';
import type { ServiceAccount } from './service-accounts.repository.js';
import { MayBeAbsent } from '@waybill/management-api';

const maxDescription = 500;

export class CreateServiceAccountBody {
  @IsString()
  @MinLength(1)
  @MaxLength(64)
  name!: string;

  @MayBeAbsent()
  @IsString()
  @MaxLength(maxDescription)
  description?: string;
}

/** JSON merge patch (RFC 7396): what is left out stays. */
export class ChangeServiceAccountBody {
  /** `null` empties it. */
  @IsOptional()
  @IsString()
  @MaxLength(maxDescription)
  description?: string | null;

  @MayBeAbsent()
  @IsBoolean()
  suspended?: boolean;
}

export const serviceAccountView = z.object({
  id: z.uuid(),
  name: z.string(),
  /** As grants and teams name it: `<organization>/<name>`. */
  username: z.string(),
  description: z.string(),
  suspended: z.boolean(),
  createdAt: z.iso.datetime(),
});
export type ServiceAccountView = z.infer<typeof serviceAccountView>;

export function viewOfServiceAccount(account: ServiceAccount): ServiceAccountView {
  const { userId: id, name, username, description, suspended, createdAt } = account;
  return { id, name, username, description, suspended, createdAt: createdAt.toISOString() };
}
