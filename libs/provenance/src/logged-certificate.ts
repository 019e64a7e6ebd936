import { X509Certificate } from 'node:crypto';
import type { SignedEntity } from '@sigstore/verify';
import { z } from 'zod';
import { refused } from './refusal.js';

type LogEntry = SignedEntity['tlogEntries'][number];

// https://github.com/sigstore/rekor, pkg/types: each kind says at another place whose key it was. Certificates in PEM, in base64.
const dsse = z.looseObject({ spec: z.looseObject({ signatures: z.tuple([z.looseObject({ verifier: z.string() })]) }) });
const hashedRekord = z.looseObject({
  spec: z.looseObject({ signature: z.looseObject({ publicKey: z.looseObject({ content: z.string() }) }) }),
});
const inToto = z.looseObject({
  spec: z.looseObject({
    content: z.looseObject({
      envelope: z.looseObject({ signatures: z.tuple([z.looseObject({ publicKey: z.string() })]) }),
    }),
  }),
});

// https://github.com/sigstore/rekor-tiles, api/proto/rekor/v2: certificates in DER, in base64.
const signatureV2 = z.looseObject({
  verifier: z.looseObject({ x509Certificate: z.looseObject({ rawBytes: z.string() }) }),
});
const dsseV2 = z.looseObject({
  spec: z.looseObject({ dsseV002: z.looseObject({ signatures: z.tuple([signatureV2]) }) }),
});
const hashedRekordV2 = z.looseObject({
  spec: z.looseObject({ hashedRekordV002: z.looseObject({ signature: signatureV2 }) }),
});

type ReadCertificate = (body: unknown) => Buffer | undefined;

const readers: Readonly<Record<string, ReadCertificate>> = {
  'dsse 0.0.1': (body) => fromPem(dsse.safeParse(body).data?.spec.signatures[0].verifier),
  'hashedrekord 0.0.1': (body) => fromPem(hashedRekord.safeParse(body).data?.spec.signature.publicKey.content),
  'intoto 0.0.2': (body) => fromPem(inToto.safeParse(body).data?.spec.content.envelope.signatures[0].publicKey),
  'dsse 0.0.2': (body) => fromDer(dsseV2.safeParse(body).data?.spec.dsseV002.signatures[0]),
  'hashedrekord 0.0.2': (body) => fromDer(hashedRekordV2.safeParse(body).data?.spec.hashedRekordV002.signature),
};

/**
 * Whoever watches the log for their identity finds it by the certificates in its entries: an entry with another certificate for the same
 * key hides who signed. Only of an entry that was verified. `certificate`: DER. Errors: `invalid` `provenance.log`.
 */
export function assertLogHasCertificate({ kindVersion, canonicalizedBody }: LogEntry, certificate: Buffer): void {
  const read = readers[`${kindVersion.kind} ${kindVersion.version}`];
  const logged = read?.(JSON.parse(canonicalizedBody.toString('utf8')));
  if (logged?.equals(certificate) === true) return;
  throw refused('log', 'The transparency log has the signature of the provenance bundle with another certificate.');
}

function fromPem(base64: string | undefined): Buffer | undefined {
  if (base64 === undefined) return undefined;
  try {
    return new X509Certificate(Buffer.from(base64, 'base64')).raw;
  } catch {
    return undefined;
  }
}

function fromDer(signature: z.infer<typeof signatureV2> | undefined): Buffer | undefined {
  return signature && Buffer.from(signature.verifier.x509Certificate.rawBytes, 'base64');
}
