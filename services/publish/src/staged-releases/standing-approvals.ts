import type { Approval, UserId } from '@waybill/domain';
import type { Approvers } from '../approvers/approvers.js';
import type { WholeRelease } from '../releases/release.repository.js';

/** Of the approvals that would let a release go on, those of people who may still give them (ADR 0060). Errors: those of `Approvers`. */
export async function standingOf(
  approvers: Approvers,
  whole: WholeRelease,
  { all, needed }: { readonly all: Approval[]; readonly needed: number },
): Promise<{ readonly standing: Approval[]; readonly lapsed: readonly Approval[] }> {
  if (all.length < needed) return { standing: all, lapsed: [] };
  const lapsed = await approvers.lapsed(all.map((approval) => ({ ...approval, whole })));
  const ended = new Set(userIdsOf(lapsed));
  return { standing: all.filter(({ userId }) => !ended.has(userId)), lapsed };
}

export function userIdsOf(approvals: readonly Approval[]): UserId[] {
  return approvals.map(({ userId }) => userId);
}
