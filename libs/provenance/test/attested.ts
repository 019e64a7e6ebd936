import { createHash } from 'node:crypto';
import type { ReleasePurl } from '@waybill/domain';
import { digestOf } from '@waybill/domain';
import type { RunningCiIssuer, SigningOptions, Sigstore, SigstoreBundle } from '@waybill/testing';
import { npmStatement } from '@waybill/testing';
import type { AttestedRelease } from '../src/attested-files.js';
import { parseTrustRoot } from '../src/trust-root.js';
import type { TrustRoot } from '../src/trust-root.js';

/** A release of npm that is attested in the tests. */
export const subject = { name: '@acme/left-pad', version: '1.0.0', tarball: Buffer.from('a tarball') };

export const release: AttestedRelease = {
  purl: 'pkg:npm/%40acme/left-pad@1.0.0' as ReleasePurl,
  files: [fileOf('left-pad-1.0.0.tgz', subject.tarball)],
};

export function fileOf(filename: string, bytes: Buffer): AttestedRelease['files'][number] {
  const of = (algorithm: 'sha256' | 'sha512') => digestOf(algorithm, createHash(algorithm).update(bytes).digest('hex'));
  return { filename, digests: [of('sha256'), of('sha512')] };
}

export function rootsOf(...sigstores: readonly Sigstore[]): TrustRoot[] {
  return sigstores.map(({ trustedRoot }) => parseTrustRoot('test', Buffer.from(trustedRoot)));
}

/** What a job of that CI makes for the release, if nothing is said to the contrary. */
export async function attest(
  sigstore: Sigstore,
  ci: RunningCiIssuer,
  { statement = npmStatement(subject), ...options }: SigningOptions & { statement?: object | Buffer } = {},
): Promise<SigstoreBundle> {
  return sigstore.sign(statement, await ci.token({ aud: 'sigstore' }), options);
}

export function bytesOf(bundle: object): Buffer {
  return Buffer.from(JSON.stringify(bundle));
}
