import { createHash } from 'node:crypto';

export const hashBytes = 32;

/** Of one entry (RFC 6962 §2.1). */
export function leafHashOf(data: string): Buffer {
  return sha256(Buffer.from([0]), Buffer.from(data));
}

function nodeHashOf(left: Buffer, right: Buffer): Buffer {
  return sha256(Buffer.from([1]), left, right);
}

function sha256(...parts: readonly Buffer[]): Buffer {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
}

/**
 * A growing Merkle tree of which only the roots of its whole subtrees are kept, largest first: 32 bytes for each 1 in the
 * binary form of its size. That is enough to append to it and to know its root.
 */
export class MerkleFrontier {
  readonly #roots: Buffer[];
  #size: number;

  private constructor(size: number, roots: Buffer[]) {
    this.#size = size;
    this.#roots = roots;
  }

  static empty(): MerkleFrontier {
    return new MerkleFrontier(0, []);
  }

  /** What `toBytes` wrote. Throws a RangeError where the bytes are not those of a tree of this size. */
  static fromBytes(size: number, bytes: Buffer): MerkleFrontier {
    if (bytes.length !== onesIn(size) * hashBytes) throw new RangeError('These are not the hashes of such a tree.');
    const roots = Array.from({ length: bytes.length / hashBytes }, (_, index) =>
      Buffer.from(bytes.subarray(index * hashBytes, (index + 1) * hashBytes)),
    );
    return new MerkleFrontier(size, roots);
  }

  get size(): number {
    return this.#size;
  }

  append(leafHash: Buffer): void {
    let hash = leafHash;
    // Two subtrees of the same size become one, as ones carry over in a binary number.
    for (let rest = this.#size; rest % 2 === 1; rest = (rest - 1) / 2) {
      const left = this.#roots.pop();
      if (left === undefined) throw new RangeError('A subtree is missing.');
      hash = nodeHashOf(left, hash);
    }
    this.#roots.push(hash);
    this.#size += 1;
  }

  /** The Merkle tree head (RFC 6962 §2.1); of no entries, the hash of nothing. */
  root(): Buffer {
    const [last, ...larger] = this.#roots.toReversed();
    return last === undefined ? sha256() : larger.reduce((right, left) => nodeHashOf(left, right), last);
  }

  toBytes(): Buffer {
    return Buffer.concat(this.#roots);
  }
}

function onesIn(size: number): number {
  if (!Number.isSafeInteger(size) || size < 0) throw new RangeError('A tree has no such size.');
  return BigInt(size).toString(2).replaceAll('0', '').length;
}
