import type { Digest } from '@waybill/domain';
import { digestAlgorithm, digestHex, digestOf, DomainError, parseDigest } from '@waybill/domain';

const shape = /^blobs\/sha256\/([0-9a-f]{2})\/([0-9a-f]{64})$/;

/** `blobs/sha256/ab/<hex>`: 256 folders, whose making a disk has to wait for once. Throws `invalid` for anything but a sha256 digest: blobs have one name only. */
export function blobKeyOf(digest: Digest): string {
  const parsed = parseDigest(digest);
  if (digestAlgorithm(parsed) !== 'sha256') {
    throw new DomainError('invalid', 'blob.digest-unsupported', 'Blobs are addressed by their sha256 digest.');
  }
  const hex = digestHex(parsed);
  return `blobs/sha256/${hex.slice(0, 2)}/${hex}`;
}

/** The reverse; undefined for what is not the key of a blob. */
export function digestOfBlobKey(key: string): Digest | undefined {
  const match = shape.exec(key);
  const hex = match?.[2];
  if (hex === undefined || match?.[1] !== hex.slice(0, 2)) return undefined;
  return digestOf('sha256', hex);
}
