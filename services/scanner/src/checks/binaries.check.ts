import type { Finding } from '@waybill/domain';
import type { Check, CheckResult, ReleaseFact, ScannedFile } from './check.js';
import { maxNotesPerCheck } from './check.js';

const gate = 'P12';

const magics: readonly { readonly format: string; readonly bytes: readonly number[] }[] = [
  { format: 'elf', bytes: [0x7f, 0x45, 0x4c, 0x46] },
  { format: 'mach-o', bytes: [0xcf, 0xfa, 0xed, 0xfe] },
  { format: 'mach-o', bytes: [0xce, 0xfa, 0xed, 0xfe] },
  { format: 'mach-o-fat', bytes: [0xca, 0xfe, 0xba, 0xbe] },
  { format: 'pe', bytes: [0x4d, 0x5a] },
  { format: 'wasm', bytes: [0x00, 0x61, 0x73, 0x6d] },
  { format: 'archive', bytes: [0x21, 0x3c, 0x61, 0x72, 0x63, 0x68, 0x3e] },
];

/** Programs and libraries that were built somewhere else (P12): facts to compare releases by. */
export class BinariesCheck implements Check {
  readonly name = 'binaries';
  readonly #facts: ReleaseFact[] = [];

  visit(file: ScannedFile): void {
    if (this.#facts.length >= maxNotesPerCheck) return;
    const format = binaryFormatOf(file);
    if (format === undefined) return;
    const { path, sizeBytes, sha256, executable } = file;
    this.#facts.push({ check: this.name, path, value: { format, sizeBytes, sha256, executable } });
  }

  finish(): CheckResult {
    const findings = this.#facts.map((fact): Finding => ({
      rule: gate,
      code: 'binary.present',
      level: 'flag',
      message: `The package has compiled code (${String(fact.value['format'])}).`,
      path: fact.path,
    }));
    return { findings, facts: this.#facts };
  }
}

function binaryFormatOf({ head, path }: ScannedFile): string | undefined {
  if (path.endsWith('.pyc')) return 'python-bytecode';
  const found = magics.find(({ bytes }) => bytes.every((byte, index) => head[index] === byte));
  // `MZ` starts texts as well; a program of Windows says where its header is.
  if (found?.format === 'pe' && !hasPeHeader(head)) return undefined;
  return found?.format === 'mach-o-fat' && path.endsWith('.class') ? 'java-class' : found?.format;
}

function hasPeHeader(head: Buffer): boolean {
  if (head.length < 64) return false;
  const offset = head.readUInt32LE(0x3c);
  return offset + 4 <= head.length && head.toString('latin1', offset, offset + 4) === 'PE\0\0';
}
