import type { Artifact } from '@waybill/contracts';

/** The same for the same files with the same bytes, in whatever order they were sent. */
export function fingerprintOf(artifacts: readonly Artifact[]): string {
  return artifacts
    .map((artifact) => `${artifact.filename} ${artifact.role} ${artifact.digests.sha256}`)
    .sort()
    .join('\n');
}
