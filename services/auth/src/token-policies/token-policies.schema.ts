import { IsInt, Max, Min, ValidateIf } from 'class-validator';
import { z } from 'zod';
import type { TokenPolicy } from './token-policies.repository.js';

export class TokenPolicyBody {
  /** Longest life of a token of a service account or a repository, in days; null: what the installation allows. */
  @ValidateIf((_body, value) => value !== null)
  @IsInt()
  @Min(1)
  @Max(3650)
  maxTokenDays!: number | null;
}

export const tokenPolicyView = z.object({ maxTokenDays: z.int().nullable() });
export type TokenPolicyView = z.infer<typeof tokenPolicyView>;

export function viewOfTokenPolicy({ maxTokenDays }: TokenPolicy): TokenPolicyView {
  return { maxTokenDays };
}
