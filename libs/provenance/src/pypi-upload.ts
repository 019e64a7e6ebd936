import { z } from 'zod';
import type { AttestedRelease } from './attested-files.js';
import { attestedFiles } from './attested-files.js';
import { maxBundleBytes } from './bundle-shape.js';
import { attestationShape, bundleOfAttestation, plainAttestation } from './pypi-attestation.js';
import { readJson } from './read-json.js';
import { refused } from './refusal.js';
import { readStatement } from './statement.js';

/** An attestation object that was uploaded with a file. */
export interface PypiAttestation {
  readonly mediaType: string;
  readonly predicateType: string;
  /** JSON text: what is verified, stored and shown. */
  readonly bytes: Buffer;
}

// One of each type that PyPI knows.
const shape = z.array(attestationShape).min(1, 'is empty').max(2);

/**
 * The form field `attestations` of an upload: a JSON array of attestation objects about the one file that is uploaded, each of another
 * type. They are read, not verified: `verifyProvenance` does that with the bytes of each. https://docs.pypi.org/api/upload/
 *
 * `release`: with that file only. Errors: `invalid` `provenance.malformed`, `.log`, `.timestamp`, `.type`, `.other-release`,
 * `.other-bytes`.
 */
export function readPypiUpload(field: Uint8Array, release: AttestedRelease): PypiAttestation[] {
  if (field.byteLength > maxBundleBytes) {
    throw refused('malformed', `The attestations of a file have at most ${String(maxBundleBytes)} bytes.`);
  }
  const attestations = readJson(shape, field, 'The field of attestations').map((json) => {
    const bundle = bundleOfAttestation(json);
    const statement = readStatement(bundle.payload);
    attestedFiles(statement, release);
    return {
      mediaType: bundle.mediaType,
      predicateType: statement.predicateType,
      bytes: Buffer.from(JSON.stringify(plainAttestation(bundle))),
    };
  });
  if (new Set(attestations.map(({ predicateType }) => predicateType)).size !== attestations.length) {
    throw refused('malformed', 'A file has at most one attestation of each type.');
  }
  return attestations;
}
