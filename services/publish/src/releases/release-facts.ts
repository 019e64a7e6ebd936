import type { Artifact, ReleaseFacts } from '@waybill/contracts';
import type { ArtifactEntity } from '../artifacts/artifact.entity.js';
import { factsOf } from '../repositories/repository.repository.js';
import type { WholeRelease } from './release.repository.js';

/** A release as events and answers tell it. */
export function releaseFacts({ release, artifacts, package: owner, repository }: WholeRelease): ReleaseFacts {
  return {
    releaseId: release.releaseId,
    repository: factsOf(repository),
    purl: release.purl,
    packagePurl: owner.purl,
    version: release.version,
    state: release.state,
    artifacts: artifacts.map(artifactFacts),
    metadata: release.metadata,
    tags: release.tags,
    publishedBy: { actor: release.publishedBy, username: release.publishedByUsername, userId: release.publishedByUser },
    trustedPublisher: release.trustedPublisher,
    provenance: release.provenance,
    sourceVerified: release.sourceVerified,
    approvals: release.approvals,
    summary: release.summary,
    ...(release.batchId === null ? {} : { batchId: release.batchId }),
    ...(release.deprecation === null ? {} : { deprecation: release.deprecation }),
    submittedAt: release.submittedAt.toISOString(),
    ...(release.settledAt === null ? {} : { settledAt: release.settledAt.toISOString() }),
    reasons: release.reasons,
  };
}

function artifactFacts(artifact: ArtifactEntity): Artifact {
  const { filename, role, mediaType, sizeBytes, sha256, sha1, sha512 } = artifact;
  const digests = { sha256, ...(sha1 === null ? {} : { sha1 }), ...(sha512 === null ? {} : { sha512 }) };
  return { filename, role, mediaType, sizeBytes, digests };
}
