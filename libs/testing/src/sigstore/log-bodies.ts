import { createHash, X509Certificate } from 'node:crypto';

/** A DSSE envelope, as JSON of the protocol. */
export interface Envelope {
  readonly payload: string;
  readonly payloadType: string;
  readonly signatures: readonly { readonly sig: string }[];
}

/** What logs keep of a signed statement: digests, signatures and certificates, and no content. In canonical order. */
export function recordedDsse(text: string, envelope: Envelope, verifiers: readonly string[]): string {
  return JSON.stringify({
    apiVersion: '0.0.1',
    kind: 'dsse',
    spec: {
      envelopeHash: hexDigest(Buffer.from(text)),
      payloadHash: hexDigest(Buffer.from(envelope.payload, 'base64')),
      signatures: envelope.signatures.map(({ sig }, index) => ({ signature: sig, verifier: verifiers[index] })),
    },
  });
}

/** As Rekor v1 names a certificate. */
export function pemVerifier(certificate: Buffer): string {
  return Buffer.from(new X509Certificate(certificate).toString()).toString('base64');
}

/** Rekor v2 before envelopes became `hashedrekord` (https://github.com/sigstore/rekor-tiles, api/proto/rekor/v2/dsse.proto). */
export function recordedDsseV2(envelope: Envelope, verifiers: readonly V2Verifier[]): string {
  return JSON.stringify({
    apiVersion: '0.0.2',
    kind: 'dsse',
    spec: {
      dsseV002: {
        payloadHash: { algorithm: 'SHA2_256', digest: sha256(Buffer.from(envelope.payload, 'base64')) },
        signatures: envelope.signatures.map(({ sig }, index) => ({ content: sig, verifier: verifiers[index] })),
      },
    },
  });
}

/** Of an envelope, the digest is that of its pre-authentication encoding (rekor-v2-spec §6.1.4). `digest`: base64. */
export function recordedHash(digest: string, signature: string, verifier: V2Verifier): string {
  return JSON.stringify({
    apiVersion: '0.0.2',
    kind: 'hashedrekord',
    spec: {
      hashedRekordV002: {
        data: { algorithm: 'SHA2_256', digest },
        signature: { content: signature, verifier },
      },
    },
  });
}

export interface V2Verifier {
  readonly keyDetails: string;
  readonly x509Certificate: { readonly rawBytes: string };
}

export function v2Verifier(certificate: Buffer): V2Verifier {
  return {
    keyDetails: 'PKIX_ECDSA_P256_SHA_256',
    x509Certificate: { rawBytes: certificate.toString('base64') },
  };
}

/** https://github.com/secure-systems-lab/dsse/blob/master/protocol.md */
export function preAuthenticationEncoding(type: string, payload: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`DSSEv1 ${type.length} ${type} ${payload.length} `), payload]);
}

/** In base64. */
export function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('base64');
}

function hexDigest(bytes: Buffer): { algorithm: string; value: string } {
  return { algorithm: 'sha256', value: createHash('sha256').update(bytes).digest('hex') };
}
