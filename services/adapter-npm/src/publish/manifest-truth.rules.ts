import { isDeepStrictEqual } from 'node:util';
import { DomainError } from '@waybill/domain';
import type { InstallFacts, PackageJson } from './package-json.js';
import { canonicalVersion, installFactsOf } from './package-json.js';

/**
 * Refuses a publish document that says something else than its tarball (security.md P9, I6: manifest confusion). What is
 * stored is the tarball's package.json in any case; this tells the publisher instead of silently correcting.
 * Errors: `invalid` `npm.manifest-mismatch` with the names of the fields.
 */
export function assertManifestTruth(declared: PackageJson, inTarball: PackageJson, bindingGyp: boolean): void {
  const fields: string[] = [];
  if (declared['name'] !== inTarball['name']) fields.push('name');
  if (canonicalVersion(declared['version']) !== canonicalVersion(inTarball['version'])) fields.push('version');
  const left = withImpliedScript(installFactsOf(declared), bindingGyp);
  const right = withImpliedScript(installFactsOf(inTarball), bindingGyp);
  for (const field of Object.keys(left) as (keyof InstallFacts)[]) {
    if (!isDeepStrictEqual(left[field], right[field])) fields.push(field);
  }
  if (fields.length === 0) return;
  throw new DomainError(
    'invalid',
    'npm.manifest-mismatch',
    `The metadata that was sent does not say what the package.json in the tarball says: ${fields.join(', ')}.`,
    { details: { fields } },
  );
}

// A binding.gyp without an install script means `node-gyp rebuild`; some clients write it down and some don't.
function withImpliedScript(facts: InstallFacts, bindingGyp: boolean): InstallFacts {
  const { install, preinstall } = facts.installScripts;
  if (!bindingGyp || install !== undefined || preinstall !== undefined) return facts;
  return { ...facts, installScripts: { ...facts.installScripts, install: 'node-gyp rebuild' } };
}
