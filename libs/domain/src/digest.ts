import { DomainError } from './domain-error.js';

export const digestAlgorithms = ['sha1', 'sha256', 'sha512'] as const;
export type DigestAlgorithm = (typeof digestAlgorithms)[number];

/** `<algorithm>:<lower-case hex>`, as in OCI (image-spec, descriptor digests). */
export type Digest = string & { readonly __brand: 'Digest' };

const hexLength: Record<DigestAlgorithm, number> = { sha1: 40, sha256: 64, sha512: 128 };

export function isDigest(value: unknown): value is Digest {
  if (typeof value !== 'string') return false;
  const colon = value.indexOf(':');
  const algorithm = value.slice(0, colon);
  if (!(digestAlgorithms as readonly string[]).includes(algorithm)) return false;
  const hex = value.slice(colon + 1);
  return hex.length === hexLength[algorithm as DigestAlgorithm] && /^[0-9a-f]+$/.test(hex);
}

export function parseDigest(value: unknown): Digest {
  if (!isDigest(value)) throw new DomainError('invalid', 'digest.malformed', 'That is not a digest.');
  return value;
}

export function digestOf(algorithm: DigestAlgorithm, hex: string): Digest {
  return parseDigest(`${algorithm}:${hex}`);
}

export function digestHex(digest: Digest): string {
  return digest.slice(digest.indexOf(':') + 1);
}

export function digestAlgorithm(digest: Digest): DigestAlgorithm {
  return digest.slice(0, digest.indexOf(':')) as DigestAlgorithm;
}

/** Subresource Integrity form (`sha512-<base64>`), as npm's `dist.integrity`. */
export function digestToIntegrity(digest: Digest): string {
  return `${digestAlgorithm(digest)}-${Buffer.from(digestHex(digest), 'hex').toString('base64')}`;
}
