import type { AuditActor, AuditedAction, AuditEntry } from '@waybill/audit';
import type { Finding, UserId, Verdict } from '@waybill/domain';
import type { OwnDecision } from '../releases/release.entity.js';
import type { WholeRelease } from '../releases/release.repository.js';
import { boundedReasons } from './bounded-reasons.js';

/** What somebody, or the scanner, decides on a release. */
export interface Settlement {
  readonly verdict: Verdict;
  readonly reasons: readonly Finding[];
  /** Who decided, and what is worth knowing about it later. */
  readonly by: AuditActor;
  readonly action: AuditedAction;
  readonly details: Readonly<Record<string, unknown>>;
  /** Of what a person lets go on that was held: they have to be allowed to still when the rest of its batch goes on, too. */
  readonly approvedBy?: { readonly userId: UserId; readonly username: string };
  /** How the wait of a staged release ends. */
  readonly staging?: 'rejected' | 'expired';
}

/** As one of a batch keeps it until all are decided on. `overruled`: what it was held for before. */
export function ownDecisionOf(
  { verdict, reasons, approvedBy }: Settlement,
  overruled: readonly Finding[],
): OwnDecision {
  const decision = { verdict, reasons: boundedReasons(reasons) };
  if (approvedBy === undefined) return decision;
  const { userId, username } = approvedBy;
  return { ...decision, approvedBy: userId, approvedByUsername: username, overruled };
}

export function entryOf(
  { release: { releaseId, purl }, repository: { organizationId } }: WholeRelease,
  { verdict, action, details }: Omit<Settlement, 'reasons' | 'by'>,
): AuditEntry {
  return { action, subject: `release:${releaseId}`, organizationId, details: { purl, verdict, ...details } };
}
