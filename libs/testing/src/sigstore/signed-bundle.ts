import type { KeyObject } from 'node:crypto';
import { createHash, generateKeyPairSync, sign, X509Certificate } from 'node:crypto';
import type { LogEntry, TransparencyLog } from './transparency-log.js';
import type { TimestampAuthority } from './timestamp-authority.js';

/** As JSON of the protocol: https://github.com/sigstore/protobuf-specs, sigstore_bundle.proto. */
export interface SigstoreBundle {
  readonly mediaType: string;
  readonly verificationMaterial: {
    readonly certificate: { readonly rawBytes: string };
    /** Without a promise where an authority tells the time. */
    readonly tlogEntries: readonly (Omit<LogEntry, 'inclusionPromise'> & Partial<LogEntry>)[];
    readonly timestampVerificationData?: {
      readonly rfc3161Timestamps: readonly { readonly signedTimestamp: string }[];
    };
  };
  readonly dsseEnvelope: {
    readonly payload: string;
    readonly payloadType: string;
    readonly signatures: readonly { readonly sig: string }[];
  };
}

export interface Signing {
  readonly certify: (publicKey: KeyObject) => Promise<Buffer>;
  readonly log: TransparencyLog;
  /** Tells the time instead of the log, whose entry comes without a promise then. */
  readonly clock?: TimestampAuthority | undefined;
  readonly payloadType?: string | undefined;
}

/** What a client makes of a statement: signed with a fresh key that is certified, and put into the log. */
export async function signBundle(payload: Buffer, signing: Signing): Promise<SigstoreBundle> {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const payloadType = signing.payloadType ?? 'application/vnd.in-toto+json';
  const signature = sign('sha256', preAuthenticationEncoding(payloadType, payload), privateKey);
  const certificate = await signing.certify(publicKey);
  const envelope = {
    payload: payload.toString('base64'),
    payloadType,
    signatures: [{ sig: signature.toString('base64') }],
  };
  const { inclusionPromise, ...entry } = signing.log.record('dsse', logBodyOf(envelope, certificate));
  const timestamp = await signing.clock?.timestamp(signature);
  return {
    mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
    verificationMaterial: {
      certificate: { rawBytes: certificate.toString('base64') },
      ...(timestamp === undefined
        ? { tlogEntries: [{ ...entry, inclusionPromise }] }
        : {
            tlogEntries: [entry],
            timestampVerificationData: { rfc3161Timestamps: [{ signedTimestamp: timestamp.toString('base64') }] },
          }),
    },
    dsseEnvelope: envelope,
  };
}

/** https://github.com/secure-systems-lab/dsse/blob/master/protocol.md */
function preAuthenticationEncoding(type: string, payload: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`DSSEv1 ${type.length} ${type} ${payload.length} `), payload]);
}

type Envelope = SigstoreBundle['dsseEnvelope'];

function logBodyOf(envelope: Envelope, certificate: Buffer): string {
  const verifier = Buffer.from(new X509Certificate(certificate).toString()).toString('base64');
  return recordedDsse(JSON.stringify(envelope), envelope, [verifier]);
}

/** What the log keeps of a `dsse` entry (rekor, pkg/types/dsse/v0.0.1), in canonical order: digests, and no content. */
export function recordedDsse(text: string, envelope: Envelope, verifiers: readonly string[]): string {
  return JSON.stringify({
    apiVersion: '0.0.1',
    kind: 'dsse',
    spec: {
      envelopeHash: sha256(Buffer.from(text)),
      payloadHash: sha256(Buffer.from(envelope.payload, 'base64')),
      signatures: envelope.signatures.map(({ sig }, index) => ({ signature: sig, verifier: verifiers[index] })),
    },
  });
}

function sha256(bytes: Buffer): { algorithm: string; value: string } {
  return { algorithm: 'sha256', value: createHash('sha256').update(bytes).digest('hex') };
}
