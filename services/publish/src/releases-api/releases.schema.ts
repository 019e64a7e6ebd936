import { MayBeAbsent, PageQuery } from '@waybill/management-api';
import { approval, releasePath, releaseSummary, verifiedProvenance } from '@waybill/contracts';
import { findingLevels, releaseStates } from '@waybill/domain';
import type { ReleaseState } from '@waybill/domain';
import { IsIn, IsString, Length, Matches } from 'class-validator';
import { z } from 'zod';
import { storableText } from '../database/storable-text.js';

export class ReleasesQuery extends PageQuery {
  /** The slug of the repository that the package is in. */
  @IsString()
  @Length(1, 64)
  @Matches(storableText)
  repository!: string;

  /** Of this state only; without it, all that clients can see. */
  @MayBeAbsent()
  @IsIn(releaseStates)
  state?: ReleaseState;
}

export class DeprecationBody {
  /** What is said to whoever still uses the version; empty: it is not deprecated any more. */
  @IsString()
  @Length(0, 2000)
  @Matches(storableText)
  message!: string;
}

export const artifactView = z.object({
  filename: z.string(),
  role: z.string(),
  mediaType: z.string(),
  sizeBytes: z.int(),
  /** As `<algorithm>:<hexadecimal>`. */
  digests: z.object({ sha256: z.string(), sha1: z.string().optional(), sha512: z.string().optional() }),
});
export type ArtifactView = z.infer<typeof artifactView>;

const releaseFields = {
  releaseId: z.uuid(),
  purl: z.string(),
  version: z.string(),
  state: z.enum(releaseStates),
  /** The name of who published it. */
  publishedBy: z.string(),
  submittedAt: z.iso.datetime(),
  /** When it was published, held or rejected. */
  settledAt: z.iso.datetime().nullable(),
  withdrawnAt: z.iso.datetime().nullable(),
  deprecation: z.string().nullable(),
  sizeBytes: z.int(),
};

export const listedReleaseView = z.object(releaseFields);
export type ListedReleaseView = z.infer<typeof listedReleaseView>;

export const releaseView = z.object({
  ...releaseFields,
  package: z.string(),
  repository: z.string(),
  /** The tags that point at it. */
  tags: z.array(z.string()),
  summary: releaseSummary,
  /** How it came, as the issuer of its trusted publisher said; null for what came with any other credential. */
  trustedPublisher: releasePath.omit({ actor: true }).nullable(),
  /** What its attestation says, which was verified. */
  provenance: verifiedProvenance.nullable(),
  /** Whether the source that it claims is where it came from; null where that cannot be told. */
  sourceVerified: z.boolean().nullable(),
  /** Who approved it, where it was staged. */
  approvals: z.array(approval.pick({ username: true, at: true })),
  artifacts: z.array(artifactView),
  /** Why it is held or rejected, for who may review it. */
  reasons: z
    .array(
      z.object({
        rule: z.string(),
        code: z.string(),
        level: z.enum(findingLevels),
        message: z.string(),
        path: z.string().optional(),
        line: z.int().optional(),
      }),
    )
    .optional(),
});
export type ReleaseView = z.infer<typeof releaseView>;

export const artifactsView = z.object({ items: z.array(artifactView) });
