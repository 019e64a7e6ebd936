import { createHash, generateKeyPairSync, randomInt } from 'node:crypto';
import { bytesOf } from './certificate-authority.js';
import type { TimestampRequest } from './timestamp-request.js';

/** Tells the time (RFC 3161). */
export interface TimestampAuthority {
  /** DER, from the one that signs to the root. */
  readonly certificates: readonly Buffer[];
  /** A response about the sha256 of these bytes. */
  timestamp(bytes: Buffer): Promise<Buffer>;
  answer(request: TimestampRequest): Promise<Buffer>;
}

interface Internals {
  tstInfo(request: object): { readonly nonce: { readonly valueBlock: { valueHexView: Uint8Array } } };
}

const sha256 = '2.16.840.1.101.3.4.2.1';

export async function makeTimestampAuthority(): Promise<TimestampAuthority> {
  const { initializeTSA } = await import('@sigstore/mock/dist/timestamp/index.js');
  // In whole seconds: RFC 3161 forbids zeros at the end of a fraction, and the library writes them.
  const now = new Date(0);
  const setTime = () => now.setTime(Math.floor(Date.now() / 1000) * 1000);
  setTime();
  const authority = await initializeTSA(generateKeyPairSync('ec', { namedCurve: 'prime256v1' }), now);
  const internals = authority as unknown as Internals;
  const makeInfo = internals.tstInfo.bind(authority);
  const answer = async ({ hash, hashAlgorithm, nonce, wantsCertificate }: TimestampRequest) => {
    setTime();
    // The library knows nonces as numbers, and clients send 64 bits.
    internals.tstInfo = (request) => {
      const info = makeInfo(request);
      info.nonce.valueBlock.valueHexView = Uint8Array.from(nonce);
      return info;
    };
    const response = await authority.timestamp({
      artifactHash: hash,
      hashAlgorithmOID: hashAlgorithm,
      nonce: 0,
      policyOID: '1.3.6.1.4.1.57264.2',
      certReq: wantsCertificate,
    });
    return bytesOf(response);
  };
  return {
    certificates: [bytesOf(authority.intCertificate), bytesOf(authority.rootCertificate)],
    answer,
    timestamp: (bytes) => {
      const hash = createHash('sha256').update(bytes).digest();
      return answer({ hash, hashAlgorithm: sha256, nonce: Buffer.from([randomInt(1, 128)]), wantsCertificate: false });
    },
  };
}
