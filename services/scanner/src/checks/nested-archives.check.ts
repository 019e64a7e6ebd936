import type { Check, CheckResult, ReleaseFact, ScannedFile } from './check.js';
import { maxNotesPerCheck } from './check.js';

const magics: readonly { readonly format: string; readonly at: number; readonly bytes: Buffer }[] = [
  { format: 'zip', at: 0, bytes: Buffer.from([0x50, 0x4b, 0x03, 0x04]) },
  { format: 'gzip', at: 0, bytes: Buffer.from([0x1f, 0x8b, 0x08]) },
  { format: 'zstd', at: 0, bytes: Buffer.from([0x28, 0xb5, 0x2f, 0xfd]) },
  { format: 'xz', at: 0, bytes: Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]) },
  { format: 'bzip2', at: 0, bytes: Buffer.from('BZh') },
  { format: '7z', at: 0, bytes: Buffer.from([0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c]) },
  { format: 'rar', at: 0, bytes: Buffer.from('Rar!') },
  { format: 'tar', at: 257, bytes: Buffer.from('ustar') },
];

/** Archives inside of the artifact (P12): facts to compare releases by. They are not unpacked, so a bomb costs nothing. */
export class NestedArchivesCheck implements Check {
  readonly name = 'nested-archive';
  readonly #facts: ReleaseFact[] = [];

  visit({ path, head, sizeBytes, sha256 }: ScannedFile): void {
    if (this.#facts.length >= maxNotesPerCheck) return;
    const found = magics.find(({ at, bytes }) => head.subarray(at, at + bytes.length).equals(bytes));
    if (found === undefined) return;
    this.#facts.push({ check: this.name, path, value: { format: found.format, sizeBytes, sha256 } });
  }

  finish(): CheckResult {
    return { findings: [], facts: this.#facts };
  }
}
