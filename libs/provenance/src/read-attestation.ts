import type { AttestedRelease, ReleaseFile } from './attested-files.js';
import { attestedFiles } from './attested-files.js';
import { ecosystemOf, habitOf } from './habit.js';
import { readPypiAttestation } from './pypi-attestation.js';
import type { ReadBundle } from './read-bundle.js';
import { readBundle } from './read-bundle.js';
import type { Statement } from './statement.js';
import { readStatement } from './statement.js';

/** What an attestation says of itself. Nothing of it is verified yet. */
export interface ReadAttestation {
  readonly mediaType: string;
  readonly predicateType: string;
  /** Those files of the release that it is about. */
  readonly files: readonly ReleaseFile[];
}

/**
 * Reads an attestation that was published with a release, in the form that clients of its ecosystem send, and refuses one that is about
 * anything else (security.md P9). Who signed it is not asked here. Errors: `invalid` `provenance.malformed`, `.log`, `.timestamp`,
 * `.type`, `.other-release`, `.other-bytes`.
 */
export function readAttestation(bytes: Uint8Array, release: AttestedRelease): ReadAttestation {
  const { bundle, statement, files } = readAbout(bytes, release);
  return { mediaType: bundle.mediaType, predicateType: statement.predicateType, files };
}

/** As `readAttestation`, with what is to be verified. */
export function readAbout(
  bytes: Uint8Array,
  release: AttestedRelease,
): { readonly bundle: ReadBundle; readonly statement: Statement; readonly files: ReleaseFile[] } {
  const bundle = habitOf(ecosystemOf(release.purl)).form === 'pep740' ? readPypiAttestation(bytes) : readBundle(bytes);
  const statement = readStatement(bundle.payload);
  return { bundle, statement, files: attestedFiles(statement, release) };
}
