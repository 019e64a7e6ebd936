/**
 * What an administrator may choose for an issuer; RS256 is what all providers use. No `none`, and nothing with a shared
 * secret, which the public key would be (T5).
 */
export const signingAlgorithms = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'EdDSA',
] as const;

export type SigningAlgorithm = (typeof signingAlgorithms)[number];
