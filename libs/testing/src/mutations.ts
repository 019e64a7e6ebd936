import fc from 'fast-check';

type Mutation = (bytes: Buffer) => Buffer;

const place = fc.double({ min: 0, max: 1, noNaN: true });

// What hostile and broken clients do to bytes: flip, leave out, insert, repeat, cut off.
const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.tuple(place, fc.integer({ min: 1, max: 255 })).map(
    ([at, bits]): Mutation =>
      (bytes) =>
        flip(bytes, at, bits),
  ),
  fc.tuple(place, fc.integer({ min: 1, max: 40 })).map(([at, length]): Mutation => (bytes) => {
    const start = Math.floor(at * bytes.length);
    return Buffer.concat([bytes.subarray(0, start), bytes.subarray(start + length)]);
  }),
  fc.tuple(place, fc.uint8Array({ minLength: 1, maxLength: 20 })).map(([at, added]): Mutation => (bytes) => {
    const start = Math.floor(at * bytes.length);
    return Buffer.concat([bytes.subarray(0, start), added, bytes.subarray(start)]);
  }),
  fc.tuple(place, place, place).map(([from, to, at]): Mutation => (bytes) => {
    const [start = 0, end = 0] = [from, to].map((one) => Math.floor(one * bytes.length)).sort((a, b) => a - b);
    const where = Math.floor(at * bytes.length);
    return Buffer.concat([bytes.subarray(0, where), bytes.subarray(start, end), bytes.subarray(where)]);
  }),
  place.map(
    (at): Mutation =>
      (bytes) =>
        bytes.subarray(0, Math.floor(at * bytes.length)),
  ),
);

/** A few such changes, one after another. */
export const mutations: fc.Arbitrary<Mutation> = fc.array(mutation, { minLength: 1, maxLength: 4 }).map(
  (all): Mutation =>
    (bytes) =>
      all.reduce((changed, one) => one(changed), bytes),
);

/** Cuts bytes into pieces of any sizes. */
export function pieces(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const cut: Buffer[] = [];
  for (let start = 0, index = 0; start < bytes.length; index += 1) {
    const size = sizes[index % Math.max(1, sizes.length)] ?? bytes.length;
    cut.push(bytes.subarray(start, start + size));
    start += size;
  }
  return cut;
}

function flip(bytes: Buffer, at: number, bits: number): Buffer {
  const changed = Buffer.from(bytes);
  const index = Math.min(bytes.length - 1, Math.floor(at * bytes.length));
  if (index >= 0) changed[index] = (changed[index] ?? 0) ^ bits;
  return changed;
}
