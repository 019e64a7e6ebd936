import { TransparencyLogEntry } from '@sigstore/protobuf-specs';
import { z } from 'zod';
import {
  bundleShape,
  certificateBytes,
  logEntry,
  maxBundleBytes,
  maxLogEntries,
  payloadBytes,
  signatureBytes,
} from './bundle-shape.js';
import type { ReadBundle } from './read-bundle.js';
import { bundleOf } from './read-bundle.js';
import { readJson } from './read-json.js';
import { refused } from './refusal.js';

/** Of one attestation object. No standard names it; nobody but Waybill sees it. */
const mediaType = 'application/vnd.pypi.attestation.v1+json';

/** An attestation object: https://packaging.python.org/specifications/index-hosted-attestations/#attestation-objects */
export const attestationShape = z.looseObject({
  version: z.literal(1, 'is not 1'),
  verification_material: z.looseObject({
    certificate: certificateBytes,
    transparency_entries: z.array(logEntry).min(1).max(maxLogEntries),
  }),
  envelope: z.looseObject({ statement: payloadBytes, signature: signatureBytes }),
});

type AttestationJson = z.infer<typeof attestationShape>;

/** An attestation object around one signed statement; nothing in it is verified yet. Errors: `invalid` `provenance.malformed`, `.log`, `.timestamp`. */
export function readPypiAttestation(bytes: Uint8Array): ReadBundle {
  if (bytes.byteLength > maxBundleBytes) {
    throw refused('malformed', `An attestation has at most ${String(maxBundleBytes)} bytes.`);
  }
  return bundleOfAttestation(readJson(attestationShape, bytes, 'The attestation'));
}

/** As `Attestation.to_bundle` of https://github.com/pypi/pypi-attestations, with every entry instead of the first one. */
export function bundleOfAttestation({ verification_material: material, envelope }: AttestationJson): ReadBundle {
  const { certificate, transparency_entries: entries } = material;
  if (entries.some(({ inclusionPromise }) => inclusionPromise === undefined || inclusionPromise === null)) {
    throw refused(
      'timestamp',
      'The log of the attestation does not tell the time (Rekor v2), and PEP 740 has no place for who does: sign with Rekor v1.',
    );
  }
  const bundle = bundleShape.parse({
    mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
    verificationMaterial: { certificate: { rawBytes: certificate }, tlogEntries: entries },
    dsseEnvelope: {
      payload: envelope.statement,
      payloadType: 'application/vnd.in-toto+json',
      signatures: [{ sig: envelope.signature }],
    },
  });
  return bundleOf(bundle, mediaType);
}

/** The attestation object with all that is defined, and nothing that would be served without anybody having verified it. */
export function plainAttestation({ bundle, payload, certificate }: ReadBundle): object {
  const { content, verificationMaterial } = bundle;
  const [signature] = content.$case === 'dsseEnvelope' ? content.dsseEnvelope.signatures : [];
  return {
    version: 1,
    verification_material: {
      certificate: certificate.toString('base64'),
      transparency_entries: verificationMaterial.tlogEntries.map((entry) => TransparencyLogEntry.toJSON(entry)),
    },
    envelope: {
      statement: payload.toString('base64'),
      signature: Buffer.from(signature?.sig ?? Buffer.alloc(0)).toString('base64'),
    },
  };
}
