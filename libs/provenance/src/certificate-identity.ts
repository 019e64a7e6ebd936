import { X509Certificate as NodeCertificate } from 'node:crypto';
import { X509Certificate } from '@sigstore/core';
import type { VerifiedProvenance } from '@waybill/domain';
import { refused } from './refusal.js';

/** What a verified certificate says of who signed. */
export type CertificateIdentity = Pick<
  VerifiedProvenance,
  'issuer' | 'identity' | 'repositoryUrl' | 'repositoryId' | 'ownerId' | 'workflow' | 'ref' | 'commit' | 'runUrl'
>;

/** What is stored with a release is at most as long as the claims of a token. */
const maxTextLength = 1000;
const codeSigning = '1.3.6.1.5.5.7.3.3';
const utf8String = 0x0c;

// https://github.com/sigstore/fulcio/blob/main/docs/oid-info.md
const fulcio = '1.3.6.1.4.1.57264.1';
const extensions = {
  issuerInOldForm: `${fulcio}.1`,
  issuer: `${fulcio}.8`,
  sourceRepositoryUri: `${fulcio}.12`,
  sourceRepositoryDigest: `${fulcio}.13`,
  sourceRepositoryRef: `${fulcio}.14`,
  sourceRepositoryIdentifier: `${fulcio}.15`,
  sourceRepositoryOwnerIdentifier: `${fulcio}.17`,
  buildConfigUri: `${fulcio}.18`,
  runInvocationUri: `${fulcio}.21`,
} as const;

/**
 * Reads the extensions that Fulcio writes. Only of a certificate whose chain was verified: nothing else makes them true. Errors:
 * `invalid` `provenance.certificate`.
 */
export function identityOf(der: Buffer): CertificateIdentity {
  if (usageOf(der)?.includes(codeSigning) !== true) {
    throw refused('certificate', 'The certificate of the provenance bundle is not for signing code.');
  }
  const certificate = X509Certificate.parse(Buffer.from(der));
  const of = (name: keyof typeof extensions) => textOf(certificate, extensions[name]);
  const issuer = of('issuer') ?? certificate.extension(extensions.issuerInOldForm)?.value.toString('utf8');
  const identity = certificate.subjectAltName;
  if (issuer === undefined || !isText(issuer) || !isText(identity)) {
    throw refused('certificate', 'The certificate of the provenance bundle does not say whom it was given to.');
  }
  const repositoryUrl = of('sourceRepositoryUri');
  return defined({
    issuer,
    identity,
    repositoryUrl,
    repositoryId: of('sourceRepositoryIdentifier'),
    ownerId: of('sourceRepositoryOwnerIdentifier'),
    workflow: fileIn(of('buildConfigUri'), repositoryUrl),
    ref: of('sourceRepositoryRef'),
    commit: of('sourceRepositoryDigest'),
    runUrl: of('runInvocationUri'),
  });
}

/** The file in `https://github.com/acme/left-pad/.github/workflows/release.yml@refs/tags/v1`; GitLab has two slashes before it. */
function fileIn(uri: string | undefined, repositoryUrl: string | undefined): string | undefined {
  if (uri === undefined || repositoryUrl === undefined || !uri.startsWith(`${repositoryUrl}/`)) return undefined;
  const place = uri.slice(repositoryUrl.length).replace(/^\/{1,2}/, '');
  // A file may have an @ in its name, and a ref as well: a ref in full begins with refs/, unless it is a commit.
  const end = place.includes('@refs/') ? place.indexOf('@refs/') : place.lastIndexOf('@');
  const file = end === -1 ? place : place.slice(0, end);
  return file === '' ? undefined : file;
}

/** Undefined where the extension is missing, whatever its type says, and for what not everybody reads as a certificate. */
function usageOf(der: Buffer): readonly string[] | undefined {
  try {
    return new NodeCertificate(der).keyUsage;
  } catch {
    return undefined;
  }
}

function textOf(certificate: X509Certificate, oid: string): string | undefined {
  const value = certificate.extension(oid)?.valueObj.subs[0];
  if (value?.tag.number !== utf8String) return undefined;
  const text = value.value.toString('utf8');
  return isText(text) ? text : undefined;
}

function isText(text: string | undefined): text is string {
  // eslint-disable-next-line no-control-regex -- they are what is looked for
  return text !== undefined && text !== '' && text.length <= maxTextLength && !/[\u0000-\u001f\u007f]/.test(text);
}

type Defined<Of> = { [Key in keyof Of]: Exclude<Of[Key], undefined> };

/** Without what is not known. */
function defined<Of extends object>(of: Of): Defined<Of> {
  return Object.fromEntries(Object.entries(of).filter(([, value]) => value !== undefined)) as Defined<Of>;
}
