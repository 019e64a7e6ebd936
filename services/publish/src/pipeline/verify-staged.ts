import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { Artifact } from '@waybill/contracts';
import { digestAlgorithm, digestOf, DomainError } from '@waybill/domain';

/**
 * Reads what was staged and refuses it unless it is what the submission says: the digests came in a message, and bytes
 * under a digest that is not theirs would be served to everybody who asks for that digest (security.md I7). Errors:
 * `invalid` `artifact.digest-mismatch`.
 */
export async function verifyStaged(bytes: Readable, artifact: Artifact): Promise<void> {
  const hashes = Object.values(artifact.digests).map((digest) => ({
    digest,
    hash: createHash(digestAlgorithm(digest)),
  }));
  let sizeBytes = 0;
  for await (const chunk of bytes as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    if (sizeBytes > artifact.sizeBytes) break;
    for (const { hash } of hashes) hash.update(chunk);
  }
  const isTrue = hashes.every(({ digest, hash }) => digestOf(digestAlgorithm(digest), hash.digest('hex')) === digest);
  if (isTrue && sizeBytes === artifact.sizeBytes) return;
  throw new DomainError(
    'invalid',
    'artifact.digest-mismatch',
    `The bytes of ${artifact.filename} are not those that were announced.`,
  );
}
