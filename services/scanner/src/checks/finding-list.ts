import type { Finding } from '@waybill/domain';
import { maxNotesPerCheck } from './check.js';

/** The findings of one check, bounded for each level: no number of harmless ones displaces one that holds or refuses. */
export class FindingList {
  readonly #findings: Finding[] = [];
  readonly #counts = { refuse: 0, hold: 0, flag: 0 };

  get all(): readonly Finding[] {
    return this.#findings;
  }

  /** False when there were enough of its level already. */
  add(finding: Finding): boolean {
    if (this.#counts[finding.level] >= maxNotesPerCheck) return false;
    this.#counts[finding.level] += 1;
    this.#findings.push(finding);
    return true;
  }
}
