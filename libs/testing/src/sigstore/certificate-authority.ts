import type { KeyObject } from 'node:crypto';
import { createHash, generateKeyPairSync } from 'node:crypto';
import type { JobIdentity } from './job-identity.js';

export interface CertificateOptions {
  /** When it is made; it is valid for ten minutes from then on. */
  readonly at?: Date;
  /** Whether no log of certificates has seen it. */
  readonly unlogged?: boolean;
}

/** Like Fulcio: certifies keys for who shows an ID token, and puts each certificate into a log of certificates. */
export interface CertificateAuthority {
  /** DER. */
  readonly rootCertificate: Buffer;
  /** DER, of the log of certificates. */
  readonly logKey: Buffer;
  /** The certificate, in DER. */
  certify(publicKey: KeyObject, identity: JobIdentity, options?: CertificateOptions): Promise<Buffer>;
}

export async function makeCertificateAuthority(): Promise<CertificateAuthority> {
  // Not by its index, which also mocks the process's own network; and not before it is needed.
  const { initializeCA, initializeCTLog } = await import('@sigstore/mock/dist/fulcio/index.js');
  const [keys, logKeys] = [newKeys(), newKeys()];
  // Each has the same keys and the same name; which certificate of them is trusted makes no difference.
  const made = async ({ at, unlogged = false }: CertificateOptions) =>
    initializeCA(keys, unlogged ? undefined : await initializeCTLog(logKeys, at), at);
  const first = await made({});
  return {
    rootCertificate: bytesOf(first.rootCertificate),
    logKey: logKeys.publicKey.export({ format: 'der', type: 'spki' }),
    certify: async (publicKey, { subjectAltName, extensions }, options = {}) => {
      const authority = await made(options);
      const certificate = await authority.issueCertificate({
        publicKey: Buffer.from(publicKey.export({ format: 'der', type: 'spki' })),
        subjectAltName,
        extensions: [...extensions],
      });
      return bytesOf(certificate);
    },
  };
}

/** The name of a log: the hash of its key. */
export function logIdOf(publicKey: Buffer): string {
  return createHash('sha256').update(publicKey).digest('base64');
}

function newKeys(): { publicKey: KeyObject; privateKey: KeyObject } {
  return generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
}

export function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Buffer {
  return Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength);
}
