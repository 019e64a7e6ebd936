/** Bytes in memory. */
export type HeldBody = Buffer | string;

/** Header and text stay together below the 16 KiB that Node's streams write without allocating. */
const maxTextBytes = 8 * 1024;

/**
 * Small bytes as a text with a character for each of them (latin1), whatever they mean: node:http puts such a text behind the
 * header and writes both as one, where it gathers a header and a buffer.
 */
export function held(bytes: Buffer): HeldBody {
  return bytes.length <= maxTextBytes ? bytes.toString('latin1') : bytes;
}
