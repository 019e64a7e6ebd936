import type { ReleaseFacts } from '@waybill/contracts';
import { approval, artifact, finding, release } from '@waybill/contracts';
import { PageQuery, SecondFactorCode } from '@waybill/management-api';
import { IsIn, IsString, Length, Matches } from 'class-validator';
import { z } from 'zod';
import { storableText } from '../database/storable-text.js';
import { comparison, comparisonView, origin } from '../release-paths/comparison.schema.js';
import type { HeldComparison } from '../release-paths/held-comparisons.js';

/** `quarantined`: those that the scanner has not answered for; nobody can decide on them, but they are not forgotten. */
export const waitingStates = ['held', 'quarantined'] as const;
export type WaitingState = (typeof waitingStates)[number];

export class HeldReleasesQuery extends PageQuery {
  @IsIn(waitingStates)
  state: WaitingState = 'held';
}

export class ReviewBody {
  /** Why, for the publisher and the audit log. */
  @IsString()
  @Length(1, 1000)
  @Matches(storableText, { message: 'reason has characters that cannot be kept' })
  reason!: string;

  /**
   * Of your second factor, or a recovery code: needed with a token, where you have one, to approve, and to reject what came from a
   * trusted publisher.
   */
  @SecondFactorCode()
  code?: string;
}

const listed = z.object({
  ...release.pick({ releaseId: true, purl: true, version: true, state: true, tags: true, submittedAt: true }).shape,
  repository: z.string().describe('Its slug.'),
  publishedBy: z.string().describe('A username.'),
  settledAt: z.iso.datetime().nullable(),
  reasons: z.array(finding),
});

export const heldReleaseView = listed.extend({
  artifacts: z.array(artifact),
  ...origin,
  /** Whether the source that it claims is where it came from; null where that cannot be told. */
  sourceVerified: z.boolean().nullable(),
  approvals: z.array(approval),
  ...comparison,
});
export type HeldReleaseView = z.infer<typeof heldReleaseView>;

/** How many reasons each release of a list shows; the release itself shows every one. */
const maxListedReasons = 20;

export const listedHeldRelease = listed.extend({ reasonCount: z.int() });
export type ListedHeldRelease = z.infer<typeof listedHeldRelease>;

export function listedViewOf(release: ReleaseFacts): ListedHeldRelease {
  const { reasons, ...fields } = fieldsOf(release);
  return { ...fields, reasons: reasons.slice(0, maxListedReasons), reasonCount: reasons.length };
}

export function viewOf(release: ReleaseFacts, compared: HeldComparison): HeldReleaseView {
  const { artifacts, trustedPublisher, provenance, sourceVerified, approvals } = release;
  return {
    ...fieldsOf(release),
    artifacts,
    trustedPublisher,
    provenance,
    sourceVerified,
    approvals,
    ...comparisonView(compared),
  };
}

function fieldsOf(release: ReleaseFacts): z.infer<typeof listed> {
  const { releaseId, purl, version, state, tags, submittedAt, reasons } = release;
  return {
    releaseId,
    purl,
    version,
    state,
    repository: release.repository.slug,
    publishedBy: release.publishedBy.username,
    tags,
    submittedAt,
    settledAt: release.settledAt ?? null,
    reasons,
  };
}
