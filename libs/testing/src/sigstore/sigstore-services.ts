import { createPublicKey, X509Certificate } from 'node:crypto';
import type { CertificateAuthority } from './certificate-authority.js';
import type { Envelope, V2Verifier } from './log-bodies.js';
import { recordedDsse, recordedDsseV2, recordedHash } from './log-bodies.js';
import { jobIdentityOf } from './job-identity.js';
import type { Answer, Route, Routes } from './local-internet.js';
import type { TileLog } from './tile-log.js';
import type { TimestampAuthority } from './timestamp-authority.js';
import { readTimestampRequest } from './timestamp-request.js';
import type { TransparencyLog } from './transparency-log.js';

/** The certificate authority, the transparency log and the clock of Sigstore, as clients ask them when they sign. */
export const signingHosts = ['fulcio.sigstore.dev', 'rekor.sigstore.dev', 'timestamp.sigstore.dev'] as const;

interface CertificateWish {
  readonly credentials: { readonly oidcIdentityToken: string };
  readonly publicKeyRequest: { readonly publicKey: { readonly content: string } };
}

interface ProposedEntry {
  readonly kind: string;
  readonly spec: { readonly proposedContent: { readonly envelope: string; readonly verifiers: readonly string[] } };
}

type V2Entry =
  | { readonly dsseRequestV002: { readonly envelope: Envelope; readonly verifiers: readonly V2Verifier[] } }
  | {
      readonly hashedRekordRequestV002: {
        readonly digest: string;
        readonly signature: { readonly content: string; readonly verifier: V2Verifier };
      };
    };

interface Services {
  readonly authority: CertificateAuthority;
  readonly log: TransparencyLog;
  readonly tileLog: TileLog;
  readonly clock: TimestampAuthority;
}

/** Over HTTP what they do: Fulcio's API v2, Rekor's APIs v1 and v2, and RFC 3161 over HTTP. */
export function signingRoutes({ authority, log, tileLog, clock }: Services): Routes {
  return new Map<string, Route>([
    ['/api/v2/signingCert', (body) => certify(authority, JSON.parse(body.toString()) as CertificateWish)],
    ['/api/v1/log/entries', (body) => record(log, JSON.parse(body.toString()) as ProposedEntry)],
    ['/api/v2/log/entries', (body) => recordV2(tileLog, JSON.parse(body.toString()) as V2Entry)],
    ['/api/v1/timestamp', (body) => stamp(clock, body)],
  ]);
}

async function certify(authority: CertificateAuthority, wish: CertificateWish): Promise<Answer> {
  const publicKey = createPublicKey(wish.publicKeyRequest.publicKey.content);
  const leaf = await authority.certify(publicKey, jobIdentityOf(wish.credentials.oidcIdentityToken));
  const certificates = [leaf, authority.rootCertificate].map((der) => new X509Certificate(der).toString());
  return created({ signedCertificateEmbeddedSct: { chain: { certificates } } });
}

function record(log: TransparencyLog, { kind, spec }: ProposedEntry): Answer {
  const { envelope, verifiers } = spec.proposedContent;
  const parsed = JSON.parse(envelope) as Envelope;
  const entry = log.record(kind, recordedDsse(envelope, parsed, verifiers));
  const { inclusionProof: proof } = entry;
  const hex = (base64: string) => Buffer.from(base64, 'base64').toString('hex');
  return created({
    [hex(entry.logId.keyId)]: {
      body: entry.canonicalizedBody,
      integratedTime: Number(entry.integratedTime),
      logID: hex(entry.logId.keyId),
      logIndex: Number(entry.logIndex),
      verification: {
        signedEntryTimestamp: entry.inclusionPromise.signedEntryTimestamp,
        inclusionProof: {
          logIndex: Number(proof.logIndex),
          treeSize: Number(proof.treeSize),
          rootHash: hex(proof.rootHash),
          hashes: proof.hashes.map(hex),
          checkpoint: proof.checkpoint.envelope,
        },
      },
    },
  });
}

function recordV2(log: TileLog, request: V2Entry): Answer {
  if ('dsseRequestV002' in request) {
    const { envelope, verifiers } = request.dsseRequestV002;
    return created(log.record('dsse', recordedDsseV2(envelope, verifiers)));
  }
  const { digest, signature } = request.hashedRekordRequestV002;
  return created(log.record('hashedrekord', recordedHash(digest, signature.content, signature.verifier)));
}

async function stamp(clock: TimestampAuthority, body: Buffer): Promise<Answer> {
  const response = await clock.answer(readTimestampRequest(body));
  return { statusCode: 201, contentType: 'application/timestamp-reply', response };
}

function created(answer: object): Answer {
  return { statusCode: 201, contentType: 'application/json', response: JSON.stringify(answer) };
}

/** Where clients are to sign: https://github.com/sigstore/protobuf-specs, sigstore_trustroot.proto, `SigningConfig`. */
export function signingConfig(): string {
  const at = (host: string) => [
    {
      url: `https://${host}`,
      majorApiVersion: 1,
      validFor: { start: '2022-01-01T00:00:00Z' },
      operator: 'sigstore.dev',
    },
  ];
  const [authority, log, clock] = signingHosts;
  return JSON.stringify({
    mediaType: 'application/vnd.dev.sigstore.signingconfig.v0.2+json',
    caUrls: at(authority),
    oidcUrls: at('oauth2.sigstore.dev/auth'),
    rekorTlogUrls: at(log),
    tsaUrls: at(`${clock}/api/v1/timestamp`),
    rekorTlogConfig: { selector: 'ANY' },
    tsaConfig: { selector: 'ANY' },
  });
}
