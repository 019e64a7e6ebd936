import { setImmediate } from 'node:timers/promises';
import type { ArchiveEntry } from './archive-entry.js';
import type { FindingLog } from './archive-violation.js';
import { foldPath, forbiddenText, parentsOf } from './entry-path.js';
import { escapesAsText, followSymlink } from './link-resolution.js';
import type { BudgetMeter } from './budget-meter.js';

interface Member {
  readonly type: ArchiveEntry['type'] | 'implied-directory';
  /** Of a file's content, known once it was read; compared with a second member of the same path. */
  digest?: string;
}

/** What to do with a member: show it, pass over it, or compare its content with the first one of that path. */
export type Admission = 'visit' | 'skip' | { readonly compareWith: string };

/** Remembers the members of one archive, to judge each against those before it. */
export class EntryLedger {
  readonly #members = new Map<string, Member>();
  /** By folded path: the spelling that came first. */
  readonly #spellings = new Map<string, string>();
  /** Folded targets by folded path. */
  readonly #symlinks = new Map<string, string>();
  readonly #log: FindingLog;
  readonly #meter: BudgetMeter;
  readonly #duplicates: 'refuse' | 'compare';

  constructor(log: FindingLog, meter: BudgetMeter, duplicates: 'refuse' | 'compare') {
    this.#log = log;
    this.#meter = meter;
    this.#duplicates = duplicates;
  }

  admit(entry: ArchiveEntry): Admission {
    const { path } = entry;
    if (!this.#parentsAreFolders(path)) return 'skip';
    const known = this.#members.get(path);
    if (known !== undefined && known.type !== 'implied-directory') return this.#admitAgain(entry, known);
    if (known !== undefined && entry.type !== 'directory') {
      this.#log.refuse('type-conflict', path, 'A member takes the place of a folder.');
      return 'skip';
    }
    if (!this.#spellingIsSafe(entry, foldPath(path)) || !this.#linkIsSafe(entry)) return 'skip';
    this.#members.set(path, { type: entry.type });
    return 'visit';
  }

  rememberDigest(path: string, digest: string): void {
    const member = this.#members.get(path);
    if (member !== undefined) member.digest = digest;
  }

  judgeDuplicate(path: string, same: boolean): void {
    if (same) this.#log.flag('identical-duplicate', path, 'The archive contains this file twice, with equal content.');
    else this.#log.refuse('duplicate-entry', path, 'The archive contains this path twice, with different content.');
  }

  /** A symlink may only become dangerous through one that follows it: all are followed once more at the end. */
  async finish(): Promise<void> {
    let followed = 0;
    for (const path of this.#symlinks.keys()) {
      const outcome = followSymlink(path, this.#symlinks);
      if (outcome === 'escapes') this.#refuseEscape(path);
      if (outcome === 'loops') this.#log.refuse('symlink-loop', path, 'A symlink leads nowhere.');
      followed += 1;
      if (followed % 100 === 0) {
        await setImmediate();
        this.#meter.check();
      }
    }
  }

  #admitAgain(entry: ArchiveEntry, known: Member): Admission {
    if (this.#duplicates === 'compare') {
      if (known.type === 'directory' && entry.type === 'directory') return 'skip';
      if (known.type === 'file' && entry.type === 'file' && known.digest !== undefined) {
        return { compareWith: known.digest };
      }
    }
    this.#log.refuse('duplicate-entry', entry.path, 'The archive contains this path twice.');
    return 'skip';
  }

  #parentsAreFolders(path: string): boolean {
    const foldedParents = parentsOf(foldPath(path));
    for (const [index, parent] of parentsOf(path).entries()) {
      const folded = foldedParents[index] ?? parent;
      if (this.#symlinks.has(folded)) {
        this.#log.refuse('write-through-symlink', path, 'A member lies beneath a symlink.');
        return false;
      }
      const member = this.#members.get(parent);
      if (member === undefined) {
        this.#meter.addEntries();
        this.#members.set(parent, { type: 'implied-directory' });
        this.#spellingIsSafe({ path: parent, type: 'directory' }, folded);
      } else if (member.type !== 'directory' && member.type !== 'implied-directory') {
        this.#log.refuse('type-conflict', path, 'A member lies beneath another that is not a folder.');
        return false;
      }
    }
    return true;
  }

  #spellingIsSafe(entry: Pick<ArchiveEntry, 'path' | 'type'>, folded: string): boolean {
    const first = this.#spellings.get(folded);
    if (first === undefined) {
      this.#spellings.set(folded, entry.path);
      return true;
    }
    if (first === entry.path) return true;
    if (entry.type === 'symlink' || this.#symlinks.has(folded)) {
      this.#log.refuse(
        'symlink-collision',
        entry.path,
        'A symlink’s path differs from another only in case or accents.',
      );
      return false;
    }
    this.#log.flag('case-collision', entry.path, 'Two paths differ only in case or in how accents are composed.');
    return true;
  }

  #linkIsSafe(entry: ArchiveEntry): boolean {
    if (entry.type === 'symlink') return this.#symlinkIsSafe(entry.path, entry.linkTarget ?? '');
    if (entry.type !== 'hardlink') return true;
    if (this.#members.get(entry.linkTarget ?? '')?.type !== 'file') {
      this.#log.refuse('hardlink-target', entry.path, 'A hardlink points to no earlier file of the archive.');
      return false;
    }
    this.#log.flag('hardlink', entry.path, 'The archive contains a hardlink.');
    return true;
  }

  #symlinkIsSafe(path: string, target: string): boolean {
    const problem = forbiddenText(target);
    if (problem !== undefined) {
      this.#log.refuse(problem.code, path, 'A symlink’s target contains a backslash or a control character.');
      return false;
    }
    if (target === '' || target.startsWith('/') || /^[a-z]:/iu.test(target) || escapesAsText(path, target)) {
      this.#refuseEscape(path);
      return false;
    }
    const folded = foldPath(path);
    this.#symlinks.set(folded, foldPath(target));
    if (followSymlink(folded, this.#symlinks) === 'escapes') {
      this.#symlinks.delete(folded);
      this.#refuseEscape(path);
      return false;
    }
    this.#log.flag('symlink', path, 'The archive contains a symlink.');
    return true;
  }

  #refuseEscape(path: string): void {
    this.#log.refuse('symlink-escape', path, 'A symlink leaves the archive.');
  }
}
