import type { Artifact } from '@waybill/contracts';
import type { Digest } from '@waybill/domain';
import type { VersionFacts } from '../releases/version-facts.js';

/** A sigstore bundle that was published with a release; its bytes are in the object store. */
export interface ReleaseAttestation {
  readonly predicateType: string;
  readonly digest: Digest;
  readonly sizeBytes: number;
}

/** The bundles among the artifacts of a release. What they say was read when they were published. */
export function attestationsOf(artifacts: readonly Artifact[], facts: VersionFacts): ReleaseAttestation[] {
  const { attestedAs: predicateType } = facts;
  if (predicateType === undefined) return [];
  return artifacts
    .filter((artifact) => artifact.role === 'attestation')
    .map(({ digests, sizeBytes }) => ({ predicateType, digest: digests.sha256, sizeBytes }));
}
