import type { ReleaseFacts } from '@waybill/contracts';
import { Type } from 'class-transformer';
import { IsIn, IsInt, IsOptional, IsString, IsUUID, Length, Matches, Max, Min } from 'class-validator';
import { storableText } from '../database/storable-text.js';

/** `quarantined`: those that the scanner has not answered for; nobody can decide on them, but they are not forgotten. */
export const waitingStates = ['held', 'quarantined'] as const;
export type WaitingState = (typeof waitingStates)[number];

export class HeldReleasesQuery {
  @IsIn(waitingStates)
  state: WaitingState = 'held';

  /** The id of the last release of the page before. */
  @IsOptional()
  @IsUUID()
  after?: string;

  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(100)
  limit = 50;
}

export class ReviewBody {
  /** Why, for the publisher and the audit log. */
  @IsString()
  @Length(1, 1000)
  @Matches(storableText, { message: 'reason has characters that cannot be kept' })
  reason!: string;
}

export type HeldReleaseView = Pick<
  ReleaseFacts,
  'releaseId' | 'purl' | 'version' | 'state' | 'tags' | 'submittedAt' | 'reasons' | 'artifacts'
> & { readonly repository: string; readonly publishedBy: string; readonly settledAt: string | null };

/** How many reasons each release of a list shows; the release itself shows every one. */
const maxListedReasons = 20;

export type ListedHeldRelease = Omit<HeldReleaseView, 'artifacts'> & { readonly reasonCount: number };

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
