import type { Bundle } from '@sigstore/bundle';
import { bundleFromJSON } from '@sigstore/bundle';
import type { z } from 'zod';
import { bundleShape, maxBundleBytes } from './bundle-shape.js';
import { readJson } from './read-json.js';
import { refused } from './refusal.js';

export interface ReadBundle {
  readonly bundle: Bundle;
  readonly mediaType: string;
  /** What is signed, byte for byte. */
  readonly payload: Buffer;
  /** DER, of the key that signed. */
  readonly certificate: Buffer;
}

/** A bundle around one signed statement; nothing in it is verified yet. Errors: `invalid` `provenance.malformed`, `.log`. */
export function readBundle(bytes: Uint8Array): ReadBundle {
  if (bytes.byteLength > maxBundleBytes) {
    throw refused('malformed', `A provenance bundle has at most ${String(maxBundleBytes)} bytes.`);
  }
  const json = readJson(bundleShape, bytes, 'The provenance bundle');
  return bundleOf(json, json.mediaType);
}

/** `json`: a bundle of that shape. `mediaType`: what it was before it was a bundle. Errors: as `readBundle`. */
export function bundleOf(json: z.infer<typeof bundleShape>, mediaType: string): ReadBundle {
  // The old form of bundles may go without a proof, by a promise of the log alone.
  if (json.verificationMaterial.tlogEntries?.some((entry) => entry.inclusionProof === undefined) === true) {
    throw refused('log', 'The provenance bundle has no proof that it is in the transparency log.');
  }
  const bundle = parse(json);
  const { content, verificationMaterial } = bundle;
  const signer = verificationMaterial.content;
  if (content.$case !== 'dsseEnvelope' || signer.$case === 'publicKey') {
    throw refused('malformed', 'The provenance bundle is not a statement that a certified key signed.');
  }
  const certificate = signer.$case === 'certificate' ? signer.certificate : signer.x509CertificateChain.certificates[0];
  if (certificate === undefined) throw refused('malformed', 'The provenance bundle has no certificate.');
  return { bundle, mediaType, payload: content.dsseEnvelope.payload, certificate: Buffer.from(certificate.rawBytes) };
}

function parse(json: unknown): Bundle {
  try {
    return bundleFromJSON(json);
  } catch (error) {
    throw refused('malformed', 'The provenance bundle lacks a part that it must have.', error);
  }
}
