import type { SigstoreBundle } from '@waybill/testing';
import { bytesOf } from './attested.js';

export type Mutable<Of> = Of extends readonly (infer Member)[]
  ? Mutable<Member>[]
  : Of extends object
    ? { -readonly [Key in keyof Of]: Mutable<Of[Key]> }
    : Of;

export type MutableBundle = Mutable<SigstoreBundle>;

/** A copy of what is honest, with something in it changed. */
export function changed(honest: SigstoreBundle, change: (bundle: MutableBundle) => void): Buffer {
  const copy = structuredClone(honest) as MutableBundle;
  change(copy);
  return bytesOf(copy);
}

/** The only log entry. */
export function entryOf(bundle: MutableBundle): Mutable<SigstoreBundle['verificationMaterial']['tlogEntries'][0]> {
  const [entry] = bundle.verificationMaterial.tlogEntries;
  if (entry === undefined) throw new Error('The bundle has no entry of the log.');
  return entry;
}

/** With one bit changed, in its last byte if nothing else is said. */
export function flipped(base64: string, at = -1): string {
  const bytes = Buffer.from(base64, 'base64');
  const index = at < 0 ? bytes.length + at : at;
  bytes.writeUInt8(bytes.readUInt8(index) ^ 1, index);
  return bytes.toString('base64');
}
