import { SecondFactorCode } from '@waybill/management-api';
import { IsBoolean, IsInt, Max, Min } from 'class-validator';
import { z } from 'zod';
import type { RepositoryEntity } from '../repositories/repository.entity.js';

const maxApprovals = 10;

export class StagingPolicyBody {
  /** How many people have to approve a staged release. */
  @IsInt()
  @Min(1)
  @Max(maxApprovals)
  approvals!: number;

  /** Whether the repository takes no release that nobody approves. */
  @IsBoolean()
  stagedOnly!: boolean;

  /** Of your second factor, or a recovery code: needed with a token, where you have one, for what asks less than before. */
  @SecondFactorCode()
  code?: string;
}

export const stagingPolicyView = z.object({
  approvals: z.int().min(1).max(maxApprovals).describe('How many people have to approve a staged release.'),
  stagedOnly: z.boolean().describe('Whether the repository takes no release that nobody approves.'),
});
export type StagingPolicy = z.infer<typeof stagingPolicyView>;

export function policyOf({ approvalsNeeded, stagedOnly }: RepositoryEntity): StagingPolicy {
  return { approvals: approvalsNeeded, stagedOnly };
}
