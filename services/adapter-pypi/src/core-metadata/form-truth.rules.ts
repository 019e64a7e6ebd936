import { normalizeName } from '../names/project-name.js';
import { parseVersion } from '../versions/python-version.js';
import type { FieldKey } from './fields.js';
import { fieldByKey } from './fields.js';
import { canonicalLicenseExpression } from './license-expression.js';
import type { MetadataProblem } from './metadata-problem.js';
import { invalidMetadata } from './metadata-problem.js';
import type { RawMetadata } from './raw-metadata.js';
import { parseRequirement, requirementKey } from './requirement.js';

/** Each value in a form that is equal for those that mean the same, since clients write them anew. */
const meanings: Partial<Record<FieldKey, (value: string) => string>> = {
  name: normalizeName,
  version: (value) => parseVersion(value)?.key ?? value,
  requiresPython: (value) => sorted(value.split(',').map((one) => one.replaceAll(/\s+/g, ''))).join(),
  requiresDist: (value) => {
    const requirement = parseRequirement(value);
    return requirement === undefined ? value : requirementKey(requirement);
  },
  providesExtra: normalizeName,
  licenseExpression: (value) => canonicalLicenseExpression(value) ?? value,
};

/**
 * Refuses an upload whose form says something else than the metadata in the file (security.md P9, I6; TOB-PYPI26-10), in the
 * fields that installers and policies act upon. What the form leaves out it does not contradict; and whatever it says of the
 * others is not used. Errors: `invalid` `pypi.metadata-mismatch` with `details.problems`.
 */
export function assertFormTruth(form: RawMetadata, file: RawMetadata): void {
  const problems: MetadataProblem[] = [];
  for (const [key, meaning] of Object.entries(meanings) as [FieldKey, (value: string) => string][]) {
    const said = form.values.get(key);
    if (said === undefined) continue;
    const meant = (file.values.get(key) ?? []).map(meaning);
    if (sorted(said.map(meaning)).join('\n') === sorted(meant).join('\n')) continue;
    const header = fieldByKey.get(key)?.header ?? key;
    problems.push({ field: header, reason: `'${header}' in the form is not what the metadata in the file says` });
  }
  if (problems.length > 0) throw invalidMetadata('pypi.metadata-mismatch', problems);
}

function sorted(values: readonly string[]): string[] {
  return [...new Set(values)].filter((value) => value !== '').toSorted();
}
