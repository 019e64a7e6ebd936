import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { leafHashOf, MerkleFrontier } from './merkle-tree.js';

/** RFC 6962 §2.1, word by word. */
function rootByDefinition(leaves: readonly Buffer[]): Buffer {
  if (leaves.length === 0) return createHash('sha256').digest();
  const [only] = leaves;
  if (leaves.length === 1 && only !== undefined) return only;
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  const [left, right] = [rootByDefinition(leaves.slice(0, split)), rootByDefinition(leaves.slice(split))];
  return createHash('sha256')
    .update(Buffer.from([1]))
    .update(left)
    .update(right)
    .digest();
}

describe('a Merkle tree (RFC 6962 §2.1)', () => {
  it('has the root of the definition at every size, also when it was put away in between', () => {
    const leaves = Array.from({ length: 70 }, (_, index) => leafHashOf(`entry ${index}`));
    let tree = MerkleFrontier.empty();
    expect(tree.root()).toEqual(rootByDefinition([]));
    for (const [index, leaf] of leaves.entries()) {
      tree.append(leaf);
      expect(tree.root()).toEqual(rootByDefinition(leaves.slice(0, index + 1)));
      tree = MerkleFrontier.fromBytes(tree.size, tree.toBytes());
    }
  });

  it('hashes the entries of the reference implementation as it does', () => {
    const tree = MerkleFrontier.empty();
    tree.append(leafHashOf(''));
    expect(tree.root().toString('hex')).toBe('6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d');
    tree.append(leafHashOf('\u0000'));
    expect(tree.root().toString('hex')).toBe('fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125');
  });

  it('is not read from the hashes of another size', () => {
    expect(() => MerkleFrontier.fromBytes(3, Buffer.alloc(32))).toThrow(RangeError);
    expect(() => MerkleFrontier.fromBytes(-1, Buffer.alloc(0))).toThrow(RangeError);
  });
});
