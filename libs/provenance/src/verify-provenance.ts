import type { VerifiedProvenance } from '@waybill/domain';
import type { AttestedRelease, ReleaseFile } from './attested-files.js';
import type { CertificateIdentity } from './certificate-identity.js';
import { identityOf } from './certificate-identity.js';
import { claimedSources, isSameRepository } from './claimed-source.js';
import { readAbout } from './read-attestation.js';
import { refused } from './refusal.js';
import type { Statement } from './statement.js';
import type { TrustRoot } from './trust-root.js';
import { verifySignature } from './verify-signature.js';

export interface VerifiedBundle {
  readonly provenance: VerifiedProvenance;
  /** Those files of the release that it is about. */
  readonly files: readonly ReleaseFile[];
}

/**
 * Verifies an attestation that was published with a release, a Sigstore bundle or what its ecosystem has instead: a key signed it that a trusted authority had certified then, a trusted
 * log has it, and what is signed is about this very release and its bytes. Nothing is asked of the network.
 *
 * Errors: `invalid` `provenance.<reason>` (see `RefusalReason`).
 */
export function verifyProvenance(
  bytes: Uint8Array,
  release: AttestedRelease,
  roots: readonly TrustRoot[],
): VerifiedBundle {
  // What is about something else is told so first: that is what its publisher can see for themselves.
  const { bundle, statement, files } = readAbout(bytes, release);
  const { signedAt, logIndex } = verifySignature(bundle, roots);
  const identity = identityOf(bundle.certificate);
  assertSaysNothingElse(statement, identity);
  const provenance: VerifiedProvenance = {
    predicateType: statement.predicateType,
    ...identity,
    ...(logIndex === undefined ? {} : { logIndex }),
    signedAt: signedAt.toISOString(),
  };
  return { provenance, files };
}

/** People and clients read the statement, and what the certificate says is another part of it. */
function assertSaysNothingElse(statement: Statement, { repositoryUrl }: CertificateIdentity): void {
  const claimed = claimedSources(statement);
  if (claimed.length === 0) return;
  if (repositoryUrl === undefined) {
    throw refused('contradiction', 'The provenance bundle claims a repository, and no workflow of one signed it.');
  }
  if (claimed.every((one) => isSameRepository(one, repositoryUrl))) return;
  throw refused(
    'contradiction',
    `The provenance bundle claims another repository than ${repositoryUrl}, whose workflow signed it.`,
  );
}
