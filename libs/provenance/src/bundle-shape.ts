import { z } from 'zod';

/** What a bundle may have at most; those of package managers have around 15 KB. */
export const maxBundleBytes = 1024 * 1024;

/** A text in base64 of at most that length. */
export const base64 = (maxLength: number) =>
  z
    .string()
    .min(1)
    .max(maxLength)
    .regex(/^[A-Za-z0-9+/]+={0,2}$/, 'is not base64');

/** DER. */
export const certificateBytes = base64(16 * 1024);
export const signatureBytes = base64(4096);
/** A statement is nearly all of what a bundle has. */
export const payloadBytes = base64(maxBundleBytes);
export const maxLogEntries = 4;

const certificate = z.looseObject({ rawBytes: certificateBytes });
const absent = z.undefined('stands beside another one of its kind');

// https://github.com/sigstore/protobuf-specs, sigstore_bundle.proto: the old and the new form of the media type.
const mediaType =
  /^application\/vnd\.dev\.sigstore\.bundle(?:\+json;\s?version=0\.[123](?:\.\d)?|\.v0\.[123](?:\.\d)?\+json)$/;

/** An entry of a transparency log (`TransparencyLogEntry`, sigstore_rekor.proto). */
export const logEntry = z.looseObject({
  logIndex: z.string().regex(/^\d{1,18}$/, 'is not a number'),
  canonicalizedBody: base64(512 * 1024),
  inclusionProof: z
    .looseObject({
      logIndex: z.string().regex(/^\d{1,18}$/, 'is not a number'),
      hashes: z.array(base64(100)).max(64).exactOptional(),
      checkpoint: z.looseObject({ envelope: z.string().max(16 * 1024) }),
    })
    .exactOptional(),
});

/**
 * A Sigstore bundle around one signed statement, before anything of it is believed: every list and text in it is bounded, and of what
 * is one of several kinds there is one. https://github.com/sigstore/protobuf-specs/blob/main/protos/sigstore_bundle.proto
 */
export const bundleShape = z.looseObject({
  mediaType: z.string().regex(mediaType, 'is no media type of a sigstore bundle'),
  messageSignature: absent.optional(),
  verificationMaterial: z
    .looseObject({
      publicKey: z.undefined('is no certificate').optional(),
      certificate: certificate.exactOptional(),
      x509CertificateChain: z.looseObject({ certificates: z.array(certificate).min(1).max(8) }).exactOptional(),
      tlogEntries: z.array(logEntry).max(maxLogEntries).exactOptional(),
      timestampVerificationData: z
        .looseObject({
          rfc3161Timestamps: z
            .array(z.looseObject({ signedTimestamp: base64(32 * 1024) }))
            .max(4)
            .exactOptional(),
        })
        .exactOptional(),
    })
    .refine((material) => (material.certificate === undefined) !== (material.x509CertificateChain === undefined), {
      error: 'has not one certificate',
    }),
  dsseEnvelope: z.looseObject({
    payload: payloadBytes,
    payloadType: z.literal('application/vnd.in-toto+json', 'is not that of an in-toto statement'),
    signatures: z.array(z.looseObject({ sig: signatureBytes })).length(1, 'are not one'),
  }),
});
