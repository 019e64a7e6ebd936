import { DomainError } from '@waybill/domain';
import { z } from 'zod';
import type { NpmName } from '../names/npm-name.js';

const maxDeprecationCharacters = 2000;

const dist = z.looseObject({
  integrity: z.string().optional(),
  shasum: z.string().optional(),
  tarball: z.string().optional(),
});

// A package's document as clients send it back changed; what is not named here is not read.
const schema = z.object({
  _id: z.string().optional(),
  name: z.string().optional(),
  _rev: z.string().max(100).optional(),
  versions: z
    .record(z.string().max(256), z.looseObject({ deprecated: z.unknown().optional(), dist: dist.optional() }))
    .optional(),
  'dist-tags': z.record(z.string().max(256), z.string().max(256)).optional(),
  maintainers: z
    .array(z.looseObject({ name: z.string().min(1).max(200) }))
    .max(1000)
    .optional(),
  users: z.record(z.string().max(200), z.unknown()).optional(),
  _attachments: z.record(z.string(), z.unknown()).optional(),
});

export type ChangedDocument = z.infer<typeof schema>;

/** Errors: `invalid` `npm.document` | `npm.name-mismatch`. */
export function parseChangedDocument(name: NpmName, document: unknown): ChangedDocument {
  const parsed = schema.safeParse(document);
  if (!parsed.success) {
    const [first] = parsed.error.issues;
    const where = first === undefined ? '' : ` at ${first.path.join('.')}`;
    throw new DomainError(
      'invalid',
      'npm.document',
      `That is not a package document: ${first?.message ?? ''}${where}.`,
    );
  }
  const { _id: id, name: called } = parsed.data;
  if ((id !== undefined && id !== name) || (called !== undefined && called !== name)) {
    throw new DomainError('invalid', 'npm.name-mismatch', `The document names another package than ${name}.`);
  }
  return parsed.data;
}

/**
 * The text of `deprecated`; empty for what says that a version is not. Undefined: nothing is said. Errors: `invalid`,
 * `limit` `npm.deprecated`.
 */
export function deprecationIn(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (value === null || value === false) return '';
  if (typeof value !== 'string') throw new DomainError('invalid', 'npm.deprecated', 'A deprecation is a text.');
  if (value.length > maxDeprecationCharacters) {
    throw new DomainError(
      'limit',
      'npm.deprecated',
      `A deprecation has at most ${maxDeprecationCharacters} characters.`,
    );
  }
  return value;
}
