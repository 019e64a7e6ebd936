import type { Finding } from '@waybill/domain';
import type { Check, CheckResult, ReleaseFact, ScannedFile } from './check.js';
import { FindingList } from './finding-list.js';

const gate = 'P12';

// Characters that change the order of what a reader sees (Trojan Source, CVE-2021-42574).
const bidirectional = /[\u202A-\u202E\u2066-\u2069]/u;
// Characters that nobody sees: tags, variation selectors, zero width. A long run carries a payload, not typography.
const invisibleRun =
  /(?:[\u{E0000}-\u{E007F}]|[\u{E0100}-\u{E01EF}]|[\u{FE00}-\u{FE0F}]|[\u200B\u2060\u2062-\u2064\u3164\uFFA0]){16,}/u;
const codeFile = /\.(c?js|mjs|jsx|c?ts|mts|tsx|py|rb|php|rs|go|java|cs|sh|ps1|json|ya?ml|toml)$/i;

/** Text that a reviewer cannot see (P12): reordered lines are a flag, long invisible runs are held. */
export class HiddenUnicodeCheck implements Check {
  readonly name = 'hidden-unicode';
  readonly #findings = new FindingList();
  readonly #facts: ReleaseFact[] = [];

  visit(file: ScannedFile): void {
    if (file.text === undefined || !codeFile.test(file.path)) return;
    this.#look(file.path, file.text, invisibleRun, {
      code: 'unicode.invisible-run',
      level: 'hold',
      message: 'A long run of invisible characters is in the code.',
    });
    this.#look(file.path, file.text, bidirectional, {
      code: 'unicode.bidirectional',
      level: 'flag',
      message: 'Characters that reorder what a reader sees are in the code.',
    });
  }

  finish(): CheckResult {
    return { findings: this.#findings.all, facts: this.#facts };
  }

  #look(path: string, text: string, pattern: RegExp, finding: Pick<Finding, 'code' | 'level' | 'message'>): void {
    const found = pattern.exec(text);
    if (found === null) return;
    const line = text.slice(0, found.index).split('\n').length;
    if (!this.#findings.add({ rule: gate, ...finding, path, line })) return;
    this.#facts.push({ check: this.name, path, value: { code: finding.code, line } });
  }
}
