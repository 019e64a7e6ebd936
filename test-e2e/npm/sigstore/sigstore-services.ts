import { createHash, generateKeyPairSync } from 'node:crypto';
// Not by its index: that one also mocks the process's own network.
import { fulcioHandler, initializeCA, initializeCTLog } from '@sigstore/mock/dist/fulcio/index.js';
import { initializeTLog } from '@sigstore/mock/dist/rekor/index.js';
import type { Route, Routes } from './local-internet.js';

/** The certificate authority and the transparency log of sigstore, as npm asks them when it signs. */
export const signingHosts = ['fulcio.sigstore.dev', 'rekor.sigstore.dev'] as const;

const minute = 60_000;

export interface SigstoreServices {
  readonly routes: Routes;
  /** The target `trusted_root.json` by which clients verify what these services have confirmed. */
  readonly trustedRoot: string;
}

/** Real certificates, timestamps and log entries, by keys that were made a moment ago. */
export async function makeSigstoreServices(): Promise<SigstoreServices> {
  // The log's timestamps are whole seconds: what it signs within this one would else be older than its authority.
  const validFor = { start: new Date(Date.now() - minute).toISOString() };
  const ctLog = await initializeCTLog(newKeys());
  const authority = await initializeCA(newKeys(), ctLog);
  const log = await initializeTLog(`https://${signingHosts[1]}`, newKeys());
  const fulcio = fulcioHandler(authority);
  const record = async (body: string) => ({
    statusCode: 201,
    contentType: 'application/json',
    response: JSON.stringify(await log.log(recorded(JSON.parse(body) as ProposedEntry))),
  });
  const { buffer, byteOffset, byteLength } = authority.rootCertificate;
  return {
    routes: new Map<string, Route>([
      [fulcio.path, fulcio.fn],
      ['/api/v1/log/entries', record],
    ]),
    trustedRoot: JSON.stringify({
      mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
      tlogs: [logEntry(signingHosts[1], log.publicKey, validFor)],
      certificateAuthorities: [
        {
          subject: { organization: 'sigstore.mock', commonName: 'sigstore' },
          uri: `https://${signingHosts[0]}`,
          certChain: { certificates: [{ rawBytes: Buffer.from(buffer, byteOffset, byteLength).toString('base64') }] },
          validFor,
        },
      ],
      ctlogs: [logEntry('ctfe.sigstore.dev', ctLog.publicKey, validFor)],
      timestampAuthorities: [],
    }),
  };
}

function newKeys() {
  return generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
}

function logEntry(host: string, publicKey: Buffer, validFor: { start: string }): object {
  return {
    baseUrl: `https://${host}`,
    hashAlgorithm: 'SHA2_256',
    publicKey: { rawBytes: publicKey.toString('base64'), keyDetails: 'PKIX_ECDSA_P256_SHA_256', validFor },
    logId: { keyId: createHash('sha256').update(publicKey).digest('base64') },
  };
}

interface ProposedEntry {
  readonly apiVersion: string;
  readonly kind: string;
  readonly spec: { readonly proposedContent: { readonly envelope: string; readonly verifiers: readonly string[] } };
}

/** What the log keeps of a proposed `dsse` entry (rekor, pkg/types/dsse/v0.0.1): digests, and no content. */
function recorded({ apiVersion, kind, spec }: ProposedEntry): object {
  const { envelope, verifiers } = spec.proposedContent;
  const { payload, signatures } = JSON.parse(envelope) as { payload: string; signatures: { sig: string }[] };
  return {
    apiVersion,
    kind,
    spec: {
      envelopeHash: sha256(Buffer.from(envelope)),
      payloadHash: sha256(Buffer.from(payload, 'base64')),
      signatures: signatures.map(({ sig }, index) => ({ signature: sig, verifier: verifiers[index] })),
    },
  };
}

function sha256(bytes: Buffer): { algorithm: string; value: string } {
  return { algorithm: 'sha256', value: createHash('sha256').update(bytes).digest('hex') };
}
