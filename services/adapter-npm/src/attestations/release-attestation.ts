import type { Artifact, ReleaseFacts } from '@waybill/contracts';
import type { Digest } from '@waybill/domain';

/** A sigstore bundle that was published with a release and verified; its bytes are in the object store. */
export interface ReleaseAttestation {
  readonly predicateType: string;
  readonly digest: Digest;
  readonly sizeBytes: number;
}

/** The bundles among the artifacts of a release whose provenance was verified; of any other, none is shown to anybody. */
export function attestationsOf({ artifacts, provenance }: ReleaseFacts): ReleaseAttestation[] {
  if (provenance === null) return [];
  const { predicateType } = provenance;
  return artifacts
    .filter((artifact: Artifact) => artifact.role === 'attestation')
    .map(({ digests, sizeBytes }) => ({ predicateType, digest: digests.sha256, sizeBytes }));
}
