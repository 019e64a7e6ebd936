import type { ReleaseFacts } from '@waybill/contracts';
import type { PublisherId } from '@waybill/domain';

/** What speaks for a release besides its signature and its attestations, in the words of `publish`. */
export interface ReleaseEvidence {
  /** The trusted publisher that it came from. `provider`: `github-actions`, … */
  readonly trustedPublisher?: { readonly provider: string; readonly publisherId: PublisherId };
  /** The user names of who approved it while it was staged, in that order; at least one. */
  readonly approvers?: readonly string[];
}

/** Null where nothing speaks for it. */
export function evidenceOf({ trustedPublisher, approvals }: ReleaseFacts): ReleaseEvidence | null {
  if (trustedPublisher === null && approvals.length === 0) return null;
  return {
    ...(trustedPublisher === null
      ? {}
      : { trustedPublisher: { provider: trustedPublisher.path.provider, publisherId: trustedPublisher.publisherId } }),
    ...(approvals.length === 0 ? {} : { approvers: approvals.map(({ username }) => username) }),
  };
}
