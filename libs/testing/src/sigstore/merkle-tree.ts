import { createHash } from 'node:crypto';

/** The root of a Merkle tree over these (RFC 6962 §2.1). */
export function root(leaves: readonly Buffer[]): Buffer {
  const [first] = leaves;
  if (first === undefined || leaves.length === 1) return first ?? sha256(Buffer.alloc(0));
  const split = largestPowerBelow(leaves.length);
  return nodeHash(root(leaves.slice(0, split)), root(leaves.slice(split)));
}

/** From the leaf to the root (RFC 6962 §2.1.1). */
export function path(index: number, leaves: readonly Buffer[]): Buffer[] {
  if (leaves.length <= 1) return [];
  const split = largestPowerBelow(leaves.length);
  return index < split
    ? [...path(index, leaves.slice(0, split)), root(leaves.slice(split))]
    : [...path(index - split, leaves.slice(split)), root(leaves.slice(0, split))];
}

function largestPowerBelow(count: number): number {
  return 2 ** Math.floor(Math.log2(count - 1));
}

export function leafHash(bytes: Buffer): Buffer {
  return sha256(Buffer.concat([Buffer.from([0]), bytes]));
}

function nodeHash(left: Buffer, right: Buffer): Buffer {
  return sha256(Buffer.concat([Buffer.from([1]), left, right]));
}

export function sha256(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest();
}
