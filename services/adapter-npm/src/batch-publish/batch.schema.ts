import { DomainError } from '@waybill/domain';
import { z } from 'zod';
import type { NpmName } from '../names/npm-name.js';
import { parseNpmName } from '../names/npm-name.js';

const schema = z.object({
  packages: z
    .array(z.looseObject({ name: z.string() }))
    .min(1)
    .max(100),
});

export interface BatchedPackage {
  readonly name: NpmName;
  /** A publish document. */
  readonly document: unknown;
}

/** Errors: `invalid` `npm.batch`, also for a package that is there twice; `invalid` `npm.name`. */
export function packagesIn(document: unknown): BatchedPackage[] {
  const parsed = schema.safeParse(document);
  if (!parsed.success) {
    throw new DomainError(
      'invalid',
      'npm.batch',
      'A batch is an object with 1 to 100 publish documents in `packages`.',
    );
  }
  const packages = parsed.data.packages.map((entry) => ({ name: parseNpmName(entry.name), document: entry }));
  const twice = packages.find(({ name }, place) => packages.findIndex((other) => other.name === name) !== place);
  if (twice === undefined) return packages;
  throw new DomainError('invalid', 'npm.batch', `The batch has ${twice.name} more than once.`);
}
