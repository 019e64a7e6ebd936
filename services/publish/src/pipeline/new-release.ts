import { randomUUID } from 'node:crypto';
import type { Artifact } from '@waybill/contracts';
import type { Principal, ReleaseId, UserId } from '@waybill/domain';
import { actorOf, publishersOf } from '@waybill/domain';
import { ArtifactEntity } from '../artifacts/artifact.entity.js';
import type { PackageEntity } from '../packages/package.entity.js';
import { ReleaseEntity } from '../releases/release.entity.js';
import { fingerprintOf } from './fingerprint.js';
import { found, publisherOf, type Submission } from './submission.js';

/** A trusted publisher stands for nobody. */
function personOf(principal: Principal): UserId | null {
  return principal.kind === 'anonymous' || publishersOf(principal).length > 0 ? null : principal.userId;
}

/** What is recorded of a submission; it waits to be checked. */
export function newRelease(submission: Submission, owner: PackageEntity, batchId: string | null): ReleaseEntity {
  const { request } = submission;
  const release = new ReleaseEntity();
  release.releaseId = randomUUID() as ReleaseId;
  release.packageId = owner.packageId;
  release.purl = request.purl;
  release.version = found(submission, 'version');
  release.state = request.stage === true ? 'staged' : 'quarantined';
  release.replaced = false;
  release.fingerprint = fingerprintOf(request.artifacts);
  release.metadata = request.metadata;
  release.tags = request.tags;
  release.publishedBy = actorOf(request.principal);
  release.publishedByUsername = request.principal.kind === 'anonymous' ? 'anonymous' : request.principal.username;
  release.publishedByUser = personOf(request.principal);
  release.summary = request.summary;
  release.deprecation = null;
  release.batchId = batchId;
  release.ownDecision = null;
  release.requestId = request.requestId;
  release.trustedPublisher = publisherOf(submission) ?? null;
  release.provenance = submission.provenance ?? null;
  release.sourceVerified = submission.sourceVerified ?? null;
  release.comparedWith = submission.comparedWith ?? null;
  release.submissionFindings = [...(submission.findings ?? [])];
  release.approvals = [];
  release.reasons = [];
  release.submittedAt = new Date();
  release.staging = request.stage === true ? 'waiting' : null;
  release.approvedAt = null;
  release.settledAt = null;
  return release;
}

export function newArtifact(releaseId: ReleaseId, artifact: Artifact): ArtifactEntity {
  const entity = new ArtifactEntity();
  entity.releaseId = releaseId;
  entity.filename = artifact.filename;
  entity.role = artifact.role;
  entity.mediaType = artifact.mediaType;
  entity.sizeBytes = artifact.sizeBytes;
  entity.sha256 = artifact.digests.sha256;
  entity.sha1 = artifact.digests.sha1 ?? null;
  entity.sha512 = artifact.digests.sha512 ?? null;
  return entity;
}
