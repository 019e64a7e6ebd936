import type { Check, CheckResult, ReleaseFact, ScannedFile } from './check.js';
import { maxNotesPerCheck } from './check.js';
import { FindingList } from './finding-list.js';

const gate = 'P12';
const cached = /^(?<folder>(?:.*\/)?)__pycache__\/(?<module>[^/.]+)\.[^/]*\.pyc$/;

/** Python bytecode whose source is not in the package (P12): nobody can read what it does. Held, and a fact. */
export class OrphanBytecodeCheck implements Check {
  readonly name = 'orphan-bytecode';
  readonly #sources = new Set<string>();
  readonly #compiled: { readonly path: string; readonly source: string; readonly sha256: string }[] = [];

  visit({ path, sha256 }: ScannedFile): void {
    if (path.endsWith('.py')) this.#sources.add(path);
    if (path.endsWith('.pyc') || path.endsWith('.pyo')) this.#compiled.push({ path, source: sourceOf(path), sha256 });
  }

  finish(): CheckResult {
    const findings = new FindingList();
    const facts: ReleaseFact[] = [];
    for (const { path, source, sha256 } of this.#compiled) {
      if (this.#sources.has(source)) continue;
      const message = 'The package has Python bytecode without its source.';
      if (!findings.add({ rule: gate, code: 'bytecode.without-source', level: 'hold', message, path })) continue;
      if (facts.length < maxNotesPerCheck) facts.push({ check: this.name, path, value: { sha256 } });
    }
    return { findings: findings.all, facts };
  }
}

// PEP 3147: `a/__pycache__/b.cpython-312.pyc` and `a/b.pyc` are of `a/b.py`.
function sourceOf(path: string): string {
  const { folder, module } = cached.exec(path)?.groups ?? {};
  return module === undefined ? path.slice(0, -1) : `${folder ?? ''}${module}.py`;
}
