import { randomUUID } from 'node:crypto';
import type { CryptoKey, JWK } from 'jose';
import { exportJWK, generateKeyPair } from 'jose';

/** What an issuer of the tests can sign with. */
export type CiAlgorithm = 'RS256' | 'ES256' | 'EdDSA';

/** A key of an issuer, as it signs with it and as it tells it. */
export interface CiSigningKey {
  readonly kid: string;
  readonly algorithm: CiAlgorithm;
  readonly privateKey: CryptoKey;
  readonly publicJwk: JWK;
}

export async function makeSigningKey(algorithm: CiAlgorithm): Promise<CiSigningKey> {
  const { privateKey, publicKey } = await generateKeyPair(algorithm, { extractable: true });
  const kid = randomUUID();
  const publicJwk = { ...(await exportJWK(publicKey)), kid, alg: algorithm, use: 'sig' };
  return { kid, algorithm, privateKey, publicJwk };
}
