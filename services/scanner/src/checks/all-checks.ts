import { BinariesCheck } from './binaries.check.js';
import type { Check } from './check.js';
import { HiddenUnicodeCheck } from './hidden-unicode.check.js';
import { InstallScriptsCheck } from './install-scripts.check.js';
import { NestedArchivesCheck } from './nested-archives.check.js';
import { OrphanBytecodeCheck } from './orphan-bytecode.check.js';
import { PythonHooksCheck } from './python-hooks.check.js';
import { SecretsCheck } from './secrets.check.js';

/** A new set for one artifact. Adding a check is a file beside these and a line here. */
export function allChecks(): Check[] {
  return [
    new SecretsCheck(),
    new InstallScriptsCheck(),
    new PythonHooksCheck(),
    new BinariesCheck(),
    new OrphanBytecodeCheck(),
    new NestedArchivesCheck(),
    new HiddenUnicodeCheck(),
  ];
}
