import type { Finding } from '@waybill/domain';
import type { Check, CheckResult, ReleaseFact, ScannedFile } from './check.js';
import { maxNotesPerCheck } from './check.js';
import { FindingList } from './finding-list.js';

const gate = 'P4';
const maxValueCharacters = 2000;
/** Where a wheel's files lie that come to where Python looks for modules: at its top, or in its `.data` (PEP 427). */
const beside = /^(?:[^/]+\.data\/(?:purelib|platlib)\/)?(?<name>[^/]+)$/;

/**
 * Code of a Python distribution that runs without being called (P4): when it is installed from source (`setup.py`, a build
 * backend of its own), or whenever Python starts (`.pth`, `sitecustomize`). And what it puts into the PATH. Facts to compare
 * releases by, and flags.
 */
export class PythonHooksCheck implements Check {
  readonly name = 'python-hooks';
  readonly #findings = new FindingList();
  readonly #facts: ReleaseFact[] = [];

  visit(file: ScannedFile): void {
    this.#lookAtStart(file);
    const segments = file.path.split('/');
    const last = segments.at(-1) ?? '';
    if (segments.length === 2 && last === 'setup.py') {
      this.#note(file, { hook: 'setup.py' });
      this.#flag(file.path, 'python.setup-py', 'Installing from source runs setup.py.');
    }
    if (segments.length === 2 && last === 'pyproject.toml') this.#lookAtBackend(file);
    if (segments.length === 2 && last === 'entry_points.txt' && /\.dist-info\//.test(file.path))
      this.#lookAtCommands(file);
    if (segments.length === 3 && segments[0]?.endsWith('.data') === true && segments[1] === 'scripts') {
      this.#note(file, { hook: 'script' });
    }
  }

  finish(): CheckResult {
    return { findings: this.#findings.all, facts: this.#facts };
  }

  #lookAtStart(file: ScannedFile): void {
    const installed = beside.exec(file.path)?.groups?.['name'];
    if (file.path.endsWith('.pth')) {
      // A line that begins like this is run, any other names a folder (Python library reference, `site`).
      const runs = /^import[ \t]/m.test(file.text ?? '');
      this.#note(file, { hook: 'pth', runs, text: (file.text ?? '').slice(0, maxValueCharacters) });
      if (runs || installed !== undefined) {
        const message = runs
          ? 'A .pth file runs code whenever Python starts.'
          : 'A .pth file adds folders to where Python looks.';
        this.#flag(file.path, runs ? 'python.pth-code' : 'python.pth', message);
      }
    }
    if (installed !== undefined && /^(?:site|user)customize\.(?:py|pyc|so|pyd)$/.test(installed)) {
      this.#note(file, { hook: 'start-up-module' });
      this.#flag(file.path, 'python.start-up-module', 'A module of this name runs whenever Python starts.');
    }
  }

  // Whether it can be read is for the tools to say; here it is to be seen when it changes.
  #lookAtBackend(file: ScannedFile): void {
    const text = (file.text ?? '').slice(0, 1024 * 1024);
    const backend = /^[ \t]*build-backend[ \t]*=[ \t]*["'](?<name>[^"'\n]{0,200})["']/m.exec(text)?.groups?.['name'];
    const inTree = /^[ \t]*backend-path[ \t]*=/m.test(text);
    if (backend === undefined && !inTree) return;
    this.#note(file, { hook: 'build-backend', backend: backend ?? '', inTree });
    if (inTree)
      this.#flag(file.path, 'python.own-backend', 'Installing from source runs a build backend of the package itself.');
  }

  #lookAtCommands(file: ScannedFile): void {
    let section = '';
    for (const line of (file.text ?? '').split(/\r?\n/)) {
      section = /^\[(?<name>[^\]]+)\]/.exec(line)?.groups?.['name'] ?? section;
      const equals = line.indexOf('=');
      if (equals < 1 || !/^(?:console|gui)_scripts$/.test(section)) continue;
      const command = line.slice(0, equals).trim().slice(0, 200);
      this.#note(file, {
        hook: section,
        command,
        target: line
          .slice(equals + 1)
          .trim()
          .slice(0, maxValueCharacters),
      });
    }
  }

  #note({ path, sizeBytes, sha256 }: ScannedFile, value: ReleaseFact['value']): void {
    if (this.#facts.length >= maxNotesPerCheck) return;
    this.#facts.push({ check: this.name, path, value: { ...value, sizeBytes, sha256 } });
  }

  #flag(path: string, code: string, message: string): void {
    const finding: Finding = { rule: gate, code, level: 'flag', message, path };
    this.#findings.add(finding);
  }
}
