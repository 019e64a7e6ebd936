import { createHash, generateKeyPairSync, randomInt } from 'node:crypto';
import { bytesOf } from './certificate-authority.js';

/** Tells the time (RFC 3161). */
export interface TimestampAuthority {
  /** DER, from the one that signs to the root. */
  readonly certificates: readonly Buffer[];
  /** A response about the sha256 of these bytes. */
  timestamp(bytes: Buffer): Promise<Buffer>;
}

const sha256 = '2.16.840.1.101.3.4.2.1';

export async function makeTimestampAuthority(): Promise<TimestampAuthority> {
  const { initializeTSA } = await import('@sigstore/mock/dist/timestamp/index.js');
  // In whole seconds: RFC 3161 forbids zeros at the end of a fraction, and the library writes them.
  const now = new Date(0);
  const setTime = () => now.setTime(Math.floor(Date.now() / 1000) * 1000);
  setTime();
  const authority = await initializeTSA(generateKeyPairSync('ec', { namedCurve: 'prime256v1' }), now);
  return {
    certificates: [bytesOf(authority.intCertificate), bytesOf(authority.rootCertificate)],
    timestamp: async (bytes) => {
      setTime();
      const response = await authority.timestamp({
        artifactHash: createHash('sha256').update(bytes).digest(),
        hashAlgorithmOID: sha256,
        nonce: randomInt(2 ** 31),
        policyOID: '1.3.6.1.4.1.57264.2',
      });
      return bytesOf(response);
    },
  };
}
