import type { PackageJson } from './package-json.js';

// What clients believe because the registry says it; in a package.json it is only what its author would like to be true.
const registryFields = new Set(['dist', 'maintainers', 'deprecated', 'time', 'users', 'hasInstallScript', 'dist-tags']);

/**
 * A package.json without what only the registry may say in a version document: the fields above, and every name that
 * begins with an underscore (`_npmUser`, `_id`, `_hasShrinkwrap`, …), which is the registry's by convention (P9).
 */
export function withoutRegistryFields(manifest: PackageJson): PackageJson {
  return Object.fromEntries(
    Object.entries(manifest).filter(([field]) => !field.startsWith('_') && !registryFields.has(field)),
  );
}
