import { createPublicKey, X509Certificate } from 'node:crypto';
import type { CertificateAuthority } from './certificate-authority.js';
import { jobIdentityOf } from './job-identity.js';
import type { Answer, Route, Routes } from './local-internet.js';
import type { SigstoreBundle } from './signed-bundle.js';
import { recordedDsse } from './signed-bundle.js';
import type { TransparencyLog } from './transparency-log.js';

/** The certificate authority and the transparency log of Sigstore, as clients ask them when they sign. */
export const signingHosts = ['fulcio.sigstore.dev', 'rekor.sigstore.dev'] as const;

interface CertificateWish {
  readonly credentials: { readonly oidcIdentityToken: string };
  readonly publicKeyRequest: { readonly publicKey: { readonly content: string } };
}

interface ProposedEntry {
  readonly kind: string;
  readonly spec: { readonly proposedContent: { readonly envelope: string; readonly verifiers: readonly string[] } };
}

/** Over HTTP what the two do: Fulcio's API v2 and Rekor's API v1. */
export function signingRoutes(authority: CertificateAuthority, log: TransparencyLog): Routes {
  return new Map<string, Route>([
    ['/api/v2/signingCert', (body) => certify(authority, JSON.parse(body) as CertificateWish)],
    ['/api/v1/log/entries', (body) => record(log, JSON.parse(body) as ProposedEntry)],
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
  const parsed = JSON.parse(envelope) as SigstoreBundle['dsseEnvelope'];
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

function created(answer: object): Answer {
  return { statusCode: 201, contentType: 'application/json', response: JSON.stringify(answer) };
}
