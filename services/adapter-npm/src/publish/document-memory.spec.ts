import { expect, it } from 'vitest';
import { DocumentMemory } from './document-memory.js';

const mebibyte = 1024 * 1024;

it('refuses what all documents together have no room for, and takes it when one of them is done (I3)', () => {
  const memory = new DocumentMemory();
  const large = [1, 2, 3, 4].map(() => memory.claim());
  for (const claim of large) claim.take(32 * mebibyte);
  const another = memory.claim();
  expect(() => {
    for (let taken = 0; taken < 4; taken += 1) another.take(mebibyte);
  }).toThrow(expect.objectContaining({ kind: 'unavailable', code: 'npm.busy', retryAfterSeconds: 2 }));
  another.release();
  large[0]?.release();
  const later = memory.claim();
  expect(() => later.take(4 * mebibyte)).not.toThrow();
});

it('never refuses a small one', () => {
  const memory = new DocumentMemory();
  for (const claim of [1, 2, 3, 4].map(() => memory.claim())) claim.take(32 * mebibyte);
  for (let documents = 0; documents < 1000; documents += 1) {
    const small = memory.claim();
    expect(() => small.take(100_000)).not.toThrow();
  }
});

it('gives everything back, however it was taken', () => {
  const memory = new DocumentMemory();
  for (let times = 0; times < 100; times += 1) {
    const claim = memory.claim();
    expect(() => {
      for (let pieces = 0; pieces < 100; pieces += 1) claim.take(mebibyte);
    }).not.toThrow();
    claim.release();
    claim.release();
  }
});
