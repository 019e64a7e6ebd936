import type { Finding, ReleaseDecision, Verdict } from '@waybill/domain';
import type { WholeRelease } from '../releases/release.repository.js';

export interface BatchMember {
  readonly purl: string;
  /** Null while it is still being checked. */
  readonly decision: ReleaseDecision | null;
}

const severity: Record<Verdict, number> = { published: 0, held: 1, rejected: 2 };

/**
 * What becomes of the members of a batch, in their order: the worst verdict of all is everybody's, and who is kept by
 * another one is told by which. Undefined while one of them is not decided on, unless one is rejected already.
 */
export function decideBatch(members: readonly BatchMember[]): ReleaseDecision[] | undefined {
  const decisions = members.flatMap(({ purl, decision }) => (decision === null ? [] : [{ purl, ...decision }]));
  const worst = decisions.toSorted((one, other) => severity[other.verdict] - severity[one.verdict])[0];
  if (worst === undefined) return undefined;
  if (decisions.length < members.length && worst.verdict !== 'rejected') return undefined;
  return members.map(({ decision }) => {
    if (decision?.verdict === worst.verdict) return decision;
    return { verdict: worst.verdict, reasons: [...(decision?.reasons ?? []), keptBy(worst.purl, worst.verdict)] };
  });
}

function keptBy(purl: string, verdict: Verdict): Finding {
  return {
    rule: 'P9',
    code: `batch.${verdict}`,
    level: verdict === 'rejected' ? 'refuse' : 'hold',
    message: `${purl}, which was published with it, was ${verdict}.`,
  };
}

/** Two versions of one package share its row, which counts the events of both. */
export function ofSharedPackages(members: readonly WholeRelease[]): WholeRelease[] {
  const packages = new Map(members.map((member) => [member.package.packageId, member.package]));
  return members.map((member) => ({ ...member, package: packages.get(member.package.packageId) ?? member.package }));
}
