import { DomainError } from '@waybill/domain';
import { validRange } from 'semver';
import { z } from 'zod';
import type { NpmName } from '../names/npm-name.js';
import { canonicalVersion } from './package-json.js';

const maxTags = 20;

// As npm, pnpm, yarn classic, berry and bun send it (protocol notes 1(b)); what is not named here is not read.
const schema = z.object({
  name: z.string(),
  versions: z.record(z.string(), z.looseObject({ name: z.string(), version: z.string() })),
  access: z.unknown().optional(),
  'dist-tags': z.record(z.string().min(1).max(256), z.string()).default({}),
  _attachments: z.record(z.string().max(512), z.looseObject({ length: z.int().nonnegative().optional() })).default({}),
});

export interface PublishDocument {
  readonly version: string;
  readonly manifest: Readonly<Record<string, unknown>>;
  readonly tags: readonly string[];
  /** Who is to read the package, as the client says it. */
  readonly access: unknown;
  /** `length` as declared per attachment. */
  readonly declaredLengths: ReadonlyMap<string, number>;
  /** What the client computed over the tarball, where it said so. */
  readonly integrity: string | undefined;
  readonly shasum: string | undefined;
}

/** Errors: `invalid` `npm.document` | `npm.name-mismatch` | `npm.version` | `npm.tag`. */
export function parsePublishDocument(name: NpmName, document: unknown): PublishDocument {
  const parsed = schema.safeParse(document);
  if (!parsed.success) {
    const first = parsed.error.issues[0];
    const where = first === undefined ? '' : ` at ${first.path.join('.')}`;
    throw new DomainError(
      'invalid',
      'npm.document',
      `That is not a publish document: ${first?.message ?? ''}${where}.`,
    );
  }
  const { versions, _attachments: attachments } = parsed.data;
  const [entry, ...others] = Object.entries(versions);
  if (entry === undefined || others.length > 0) {
    throw new DomainError('invalid', 'npm.document', 'A publish document has exactly one version.');
  }
  const [version, manifest] = entry;
  if (parsed.data.name !== name || manifest.name !== name) {
    throw new DomainError('invalid', 'npm.name-mismatch', `The document names another package than ${name}.`);
  }
  if (canonicalVersion(version) !== version || canonicalVersion(manifest.version) !== version) {
    throw new DomainError(
      'invalid',
      'npm.version',
      `${JSON.stringify(version.slice(0, 100))} is not a semantic version.`,
    );
  }
  return {
    version,
    manifest,
    tags: tagsFor(version, parsed.data['dist-tags']),
    access: parsed.data.access,
    declaredLengths: new Map(
      Object.entries(attachments).flatMap(([file, { length }]) =>
        length === undefined ? [] : [[file, length] as const],
      ),
    ),
    ...distOf(manifest['dist']),
  };
}

function tagsFor(version: string, distTags: Record<string, string>): string[] {
  const tags = Object.entries(distTags).filter(([, target]) => canonicalVersion(target) === version);
  if (tags.length !== Object.keys(distTags).length) {
    throw new DomainError('invalid', 'npm.tag', 'A publish can only tag the version that it publishes.');
  }
  if (tags.length > maxTags) throw new DomainError('limit', 'npm.tag', `A publish sets at most ${maxTags} tags.`);
  return tags.map(([tag]) => assertTag(tag));
}

/** A tag must not look like a version or range, or `npm install pkg@tag` would mean two things. */
export function assertTag(tag: string): string {
  const looksLikeRange = [false, true].some((loose) => validRange(tag, { loose }) !== null);
  if (/^[a-z_][a-z0-9._-]{0,99}$/i.test(tag) && !looksLikeRange && tag !== '__proto__') return tag;
  throw new DomainError('invalid', 'npm.tag', 'A tag has letters, digits, and . _ - and does not look like a version.');
}

function distOf(dist: unknown): { integrity: string | undefined; shasum: string | undefined } {
  const parsed = z
    .looseObject({ integrity: z.string().optional(), shasum: z.string().optional() })
    .safeParse(dist ?? {});
  if (!parsed.success) throw new DomainError('invalid', 'npm.document', 'The dist of the version is malformed.');
  return { integrity: parsed.data.integrity, shasum: parsed.data.shasum };
}
