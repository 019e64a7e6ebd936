import type { ReleaseFacts } from '@waybill/contracts';
import { artifact, finding, release } from '@waybill/contracts';
import { PageQuery } from '@waybill/management-api';
import { IsIn, IsString, Length, Matches } from 'class-validator';
import { z } from 'zod';
import { storableText } from '../database/storable-text.js';

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
}

const listed = z.object({
  ...release.pick({ releaseId: true, purl: true, version: true, state: true, tags: true, submittedAt: true }).shape,
  repository: z.string().describe('Its slug.'),
  publishedBy: z.string().describe('A username.'),
  settledAt: z.iso.datetime().nullable(),
  reasons: z.array(finding),
});

export const heldReleaseView = listed.extend({ artifacts: z.array(artifact) });
export type HeldReleaseView = z.infer<typeof heldReleaseView>;

/** How many reasons each release of a list shows; the release itself shows every one. */
const maxListedReasons = 20;

export const listedHeldRelease = listed.extend({ reasonCount: z.int() });
export type ListedHeldRelease = z.infer<typeof listedHeldRelease>;

export function listedViewOf(release: ReleaseFacts): ListedHeldRelease {
  const { artifacts: _, ...view } = viewOf(release);
  return { ...view, reasons: view.reasons.slice(0, maxListedReasons), reasonCount: view.reasons.length };
}

export function viewOf(release: ReleaseFacts): HeldReleaseView {
  const { releaseId, purl, version, state, tags, submittedAt, reasons, artifacts } = release;
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
    artifacts,
  };
}
