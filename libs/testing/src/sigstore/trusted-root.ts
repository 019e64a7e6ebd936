import type { CertificateAuthority } from './certificate-authority.js';
import { logIdOf } from './certificate-authority.js';
import type { TimestampAuthority } from './timestamp-authority.js';
import type { TileLog } from './tile-log.js';
import type { TransparencyLog } from './transparency-log.js';

const minute = 60_000;

/** A `trusted_root.json` of these: https://github.com/sigstore/protobuf-specs, sigstore_trustroot.proto. */
export function trustedRootOf(
  authority: CertificateAuthority,
  logs: readonly (TransparencyLog | TileLog)[],
  clock: TimestampAuthority,
): object {
  // The log's timestamps are whole seconds: what it signs within this one would else be older than its authority.
  const validFor = { start: new Date(Date.now() - minute).toISOString() };
  const subject = { organization: 'sigstore.mock', commonName: 'sigstore' };
  const logged = (host: string, publicKey: Buffer, keyId?: Buffer) => ({
    baseUrl: `https://${host}`,
    hashAlgorithm: 'SHA2_256',
    publicKey: {
      rawBytes: publicKey.toString('base64'),
      keyDetails: keyId === undefined ? 'PKIX_ECDSA_P256_SHA_256' : 'PKIX_ED25519',
      validFor,
    },
    logId: { keyId: keyId?.toString('base64') ?? logIdOf(publicKey) },
  });
  const certified = (host: string, certificates: readonly Buffer[]) => ({
    subject,
    uri: `https://${host}`,
    certChain: { certificates: certificates.map((one) => ({ rawBytes: one.toString('base64') })) },
    validFor,
  });
  return {
    mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
    tlogs: logs.map((log) => logged(log.host, log.publicKey, 'keyId' in log ? log.keyId : undefined)),
    certificateAuthorities: [certified('fulcio.sigstore.dev', [authority.rootCertificate])],
    ctlogs: [logged('ctfe.sigstore.dev', authority.logKey)],
    timestampAuthorities: [certified('timestamp.sigstore.dev', clock.certificates)],
  };
}
