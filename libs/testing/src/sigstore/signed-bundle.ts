import type { KeyObject } from 'node:crypto';
import { generateKeyPairSync, sign } from 'node:crypto';
import type { Envelope } from './log-bodies.js';
import {
  pemVerifier,
  preAuthenticationEncoding,
  recordedDsse,
  recordedDsseV2,
  recordedHash,
  sha256,
  v2Verifier,
} from './log-bodies.js';
import type { TileLog, TileLogEntry } from './tile-log.js';
import type { LogEntry, TransparencyLog } from './transparency-log.js';
import type { TimestampAuthority } from './timestamp-authority.js';

/** As JSON of the protocol: https://github.com/sigstore/protobuf-specs, sigstore_bundle.proto. */
export interface SigstoreBundle {
  readonly mediaType: string;
  readonly verificationMaterial: {
    readonly certificate: { readonly rawBytes: string };
    /** Without a promise where an authority tells the time; without a time as well where the log never tells it. */
    readonly tlogEntries: readonly (TileLogEntry & Partial<LogEntry>)[];
    readonly timestampVerificationData?: {
      readonly rfc3161Timestamps: readonly { readonly signedTimestamp: string }[];
    };
  };
  readonly dsseEnvelope: Envelope;
}

/** Which log has a bundle, and in what form: Rekor v1, or Rekor v2 in the form that is specified or the one before. */
export type Recording =
  | { readonly kind: 'dsse-v1'; readonly log: TransparencyLog }
  | { readonly kind: 'hashedrekord-v2' | 'dsse-v2'; readonly log: TileLog };

export interface Signing {
  readonly certify: (publicKey: KeyObject) => Promise<Buffer>;
  readonly recording: Recording;
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
  const { inclusionPromise, ...entry } = record(signing.recording, envelope, certificate);
  const timestamp = await signing.clock?.timestamp(signature);
  return {
    mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
    verificationMaterial: {
      certificate: { rawBytes: certificate.toString('base64') },
      ...(timestamp === undefined
        ? { tlogEntries: [inclusionPromise === undefined ? entry : { ...entry, inclusionPromise }] }
        : {
            tlogEntries: [entry],
            timestampVerificationData: { rfc3161Timestamps: [{ signedTimestamp: timestamp.toString('base64') }] },
          }),
    },
    dsseEnvelope: envelope,
  };
}

function record(recording: Recording, envelope: Envelope, certificate: Buffer): TileLogEntry & Partial<LogEntry> {
  const { kind, log } = recording;
  switch (kind) {
    case 'dsse-v1':
      return log.record('dsse', recordedDsse(JSON.stringify(envelope), envelope, [pemVerifier(certificate)]));
    case 'dsse-v2':
      return log.record('dsse', recordedDsseV2(envelope, [v2Verifier(certificate)]));
    case 'hashedrekord-v2': {
      const signed = preAuthenticationEncoding(envelope.payloadType, Buffer.from(envelope.payload, 'base64'));
      const signature = envelope.signatures[0]?.sig ?? '';
      return log.record('hashedrekord', recordedHash(sha256(signed), signature, v2Verifier(certificate)));
    }
  }
}
