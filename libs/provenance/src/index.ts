export type { AttestedRelease, ReleaseFile } from './attested-files.js';
export { maxBundleBytes } from './bundle-shape.js';
export type { RefusalReason } from './refusal.js';
export { differencesOfSource } from './same-source.js';
export type { Difference } from './same-source.js';
export { parseTrustRoot } from './trust-root.js';
export type { TrustRoot } from './trust-root.js';
export { verifyProvenance } from './verify-provenance.js';
export type { VerifiedBundle } from './verify-provenance.js';
