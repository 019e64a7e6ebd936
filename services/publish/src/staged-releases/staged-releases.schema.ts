import type { getStagedRelease, ReplyOf } from '@waybill/contracts';
import { approval, artifact, finding, publisherIdentity, release, verifiedProvenance } from '@waybill/contracts';
import { MayBeAbsent, NestedObjects, PageQuery, SecondFactorCode } from '@waybill/management-api';
import { ArrayMaxSize, ArrayMinSize, IsString, Length, Matches, MaxLength } from 'class-validator';
import { z } from 'zod';
import { IsStorableText } from '../database/is-storable-text.js';
import { comparison, comparisonView } from '../release-paths/comparison.schema.js';
import type { HeldComparison } from '../release-paths/held-comparisons.js';
import { releaseFacts } from '../releases/release-facts.js';
import { contentsOf, expiryOf } from './staged-release.rules.js';
import type { StagedRelease } from './staged-releases.service.js';

const maxFiles = 1000;

export class StagedReleasesQuery extends PageQuery {
  /** Only those in the repository of this slug. */
  @MayBeAbsent()
  @IsString()
  @Length(1, 64)
  @IsStorableText()
  repository?: string;

  /** Only those of this package: its purl, without a version. */
  @MayBeAbsent()
  @IsString()
  @Length(1, 1000)
  @Matches(/^pkg:/)
  @IsStorableText()
  package?: string;
}

export class ApprovedFile {
  @IsString()
  @Length(1, 500)
  filename!: string;

  /** As the release shows it. */
  @IsString()
  @Length(1, 200)
  sha256!: string;
}

export class ApproveStagedBody {
  /** Why, for the audit log. */
  @MayBeAbsent()
  @IsString()
  @MaxLength(1000)
  @IsStorableText()
  reason: string = '';

  /** All files, with the digests that you have looked at; then no other bytes are approved. `If-Match` does the same. */
  @MayBeAbsent()
  @NestedObjects(() => ApprovedFile)
  @ArrayMinSize(1)
  @ArrayMaxSize(maxFiles)
  files?: ApprovedFile[];

  /** Of your second factor, or a recovery code: needed with a token, where you have one. */
  @SecondFactorCode()
  code?: string;
}

export class RejectStagedBody {
  /** Why, for who staged it and the audit log. */
  @IsString()
  @Length(1, 1000)
  @IsStorableText()
  reason!: string;

  /** Of your second factor, or a recovery code: needed with a token, where you have one, for what a trusted publisher has staged. */
  @SecondFactorCode()
  code?: string;
}

export const listedStagedRelease = z.object({
  ...release.pick({ releaseId: true, purl: true, packagePurl: true, version: true, state: true, tags: true }).shape,
  repository: z.string().describe('Its slug.'),
  stagedBy: z.string().describe('A username.'),
  stagedAt: z.iso.datetime(),
  /** When the last approval that it needed came; null before. */
  approvedAt: z.iso.datetime().nullable(),
  /** When it is rejected by itself; null once it is settled. */
  expiresAt: z.iso.datetime().nullable(),
  approvals: z.object({ given: z.int(), needed: z.int(), by: z.array(approval) }),
  trustedPublisher: publisherIdentity.nullable(),
  provenance: verifiedProvenance.nullable(),
  sourceVerified: z.boolean().nullable(),
});
export type ListedStagedRelease = z.infer<typeof listedStagedRelease>;

export const stagedReleaseView = listedStagedRelease.extend({
  artifacts: z.array(artifact),
  /** What was found when it was submitted; what its scan finds is known when it is approved. */
  findings: z.array(finding),
  /** Why it was rejected, or is held. */
  reasons: z.array(finding),
  ...comparison,
});
export type StagedReleaseView = z.infer<typeof stagedReleaseView>;

export function listedViewOf({ whole, approvals, needed }: StagedRelease): ListedStagedRelease {
  const facts = releaseFacts(whole);
  const { releaseId, purl, packagePurl, version, state, tags, trustedPublisher, provenance, sourceVerified } = facts;
  return {
    releaseId,
    purl,
    packagePurl,
    version,
    state,
    tags,
    repository: facts.repository.slug,
    stagedBy: facts.publishedBy.username,
    stagedAt: facts.submittedAt,
    approvedAt: whole.release.approvedAt?.toISOString() ?? null,
    expiresAt: expiryOf(whole.release)?.toISOString() ?? null,
    approvals: { given: approvals.length, needed, by: [...approvals] },
    trustedPublisher,
    provenance,
    sourceVerified,
  };
}

export function viewOf(staged: StagedRelease, compared: HeldComparison): StagedReleaseView {
  const { artifacts, reasons } = releaseFacts(staged.whole);
  const findings = staged.whole.release.submissionFindings;
  return { ...listedViewOf(staged), artifacts, findings, reasons, ...comparisonView(compared) };
}

/** Another one for any other bytes (ADR 0058). */
export function versionOf({ whole }: StagedRelease): string {
  return contentsOf(whole.release);
}

/** As adapters hear of it. */
export function factsOfStaged({ whole, approvals, needed }: StagedRelease): ReplyOf<typeof getStagedRelease> {
  return {
    release: releaseFacts(whole),
    approvals: { given: approvals.length, needed },
    expiresAt: expiryOf(whole.release)?.toISOString() ?? null,
  };
}
