import type { Finding } from '@waybill/domain';
import type { Check, CheckResult, ReleaseFact, ScannedFile } from './check.js';
import { maxNotesPerCheck } from './check.js';

const gate = 'P4';
const hooks = ['preinstall', 'install', 'postinstall', 'prepare'] as const;
const maxScriptCharacters = 2000;

/** Code that runs when somebody installs the package (P4): a fact to compare releases by, and a flag. */
export class InstallScriptsCheck implements Check {
  readonly name = 'install-scripts';
  readonly #facts: ReleaseFact[] = [];

  visit(file: ScannedFile): void {
    // Only the top of the package counts: what lies deeper is installed by nobody.
    if (file.path.split('/').length !== 2) return;
    if (file.path.endsWith('/binding.gyp')) this.#note(file.path, 'install', 'node-gyp rebuild');
    if (!file.path.endsWith('/package.json') || file.text === undefined) return;
    const scripts = scriptsOf(file.text);
    for (const hook of hooks) {
      const script = scripts[hook];
      if (typeof script === 'string' && script !== '') this.#note(file.path, hook, script);
    }
  }

  finish(): CheckResult {
    const findings = this.#facts
      .filter((fact) => fact.value['hook'] !== 'prepare')
      .map((fact): Finding => {
        const { hook = '' } = fact.value;
        return {
          rule: gate,
          code: 'install-script.present',
          level: 'flag',
          message: `Installing the package runs its ${String(hook)} script.`,
          path: fact.path,
        };
      });
    return { findings, facts: this.#facts };
  }

  #note(path: string, hook: string, script: string): void {
    if (this.#facts.length >= maxNotesPerCheck) return;
    this.#facts.push({ check: this.name, path, value: { hook, script: script.slice(0, maxScriptCharacters) } });
  }
}

function scriptsOf(packageJson: string): Record<string, unknown> {
  try {
    const value = JSON.parse(packageJson) as unknown;
    if (typeof value !== 'object' || value === null || !('scripts' in value)) return {};
    return typeof value.scripts === 'object' && value.scripts !== null ? { ...value.scripts } : {};
  } catch {
    // Whether a package.json can be read is for the adapter of its ecosystem to judge.
    return {};
  }
}
