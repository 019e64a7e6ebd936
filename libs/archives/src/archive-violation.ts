import { DomainError } from '@waybill/domain';
import type { ArchiveFinding } from './archive-entry.js';

/** The gate of security.md that archive findings belong to. */
const gate = 'P10';
const maxShownPath = 200;
const maxPerLevel = 500;

/** A violation after which the rest of the archive cannot be trusted to be read as others read it. */
export class UnreadableArchive extends DomainError {
  readonly finding: ArchiveFinding;

  constructor(finding: ArchiveFinding, cause?: unknown) {
    const { code, message, rule, path } = finding;
    super('invalid', code, message, { details: { rule, path }, ...(cause === undefined ? {} : { cause }) });
    this.finding = finding;
  }
}

export function unreadable(code: string, path: string, message: string, cause?: unknown): UnreadableArchive {
  return new UnreadableArchive(archiveFinding('refuse', code, path, message), cause);
}

function archiveFinding(level: ArchiveFinding['level'], code: string, path: string, message: string): ArchiveFinding {
  return { rule: gate, code: `archive.${code}`, level, path: printable(path), message };
}

/** A hostile name for logs and answers: control and invisible characters escaped, length bounded. */
function printable(text: string): string {
  const shown = text.length > maxShownPath ? `${text.slice(0, maxShownPath)}…` : text;
  return shown.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`);
}

/** Collects findings, bounded per level; throws the first refusal when nothing else is wanted. */
export class FindingLog {
  readonly #throwRefusals: boolean;
  readonly #onFinding: ((finding: ArchiveFinding) => void) | undefined;
  readonly #kept: ArchiveFinding[] = [];
  readonly #count = { refuse: 0, flag: 0 };
  #omitted = 0;

  constructor(throwRefusals: boolean, onFinding?: (finding: ArchiveFinding) => void) {
    this.#throwRefusals = throwRefusals;
    this.#onFinding = onFinding;
  }

  get findings(): readonly ArchiveFinding[] {
    return this.#kept;
  }

  get omitted(): number {
    return this.#omitted;
  }

  flag(code: string, path: string, message: string): void {
    this.add(archiveFinding('flag', code, path, message));
  }

  /** @throws DomainError `invalid` in mode `refuse` */
  refuse(code: string, path: string, message: string): void {
    const finding = archiveFinding('refuse', code, path, message);
    if (this.#throwRefusals) throw new UnreadableArchive(finding);
    this.add(finding);
  }

  add(finding: ArchiveFinding): void {
    this.#count[finding.level] += 1;
    if (this.#count[finding.level] > maxPerLevel) {
      this.#omitted += 1;
      return;
    }
    this.#kept.push(finding);
    this.#onFinding?.(finding);
  }
}
