import { createHash } from 'node:crypto';
import type { ReleasePurl } from '@waybill/domain';
import type { RunningCiIssuer, SigningOptions, Sigstore, SigstoreBundle } from '@waybill/testing';
import type { AttestedRelease } from '../src/attested-files.js';
import { fileOf } from './attested.js';
import type { Mutable } from './forging.js';

/** A source distribution that is attested in the tests. */
export const sdist = { filename: 'left_pad-1.0.0.tar.gz', bytes: Buffer.from('a source distribution') };

export const sdistRelease: AttestedRelease = {
  purl: 'pkg:pypi/left-pad@1.0.0' as ReleasePurl,
  files: [fileOf(sdist.filename, sdist.bytes)],
};

/** As `pypi-attestations` writes it. */
export const publishStatement = {
  _type: 'https://in-toto.io/Statement/v1',
  subject: [{ name: sdist.filename, digest: { sha256: createHash('sha256').update(sdist.bytes).digest('hex') } }],
  predicateType: 'https://docs.pypi.org/attestations/publish/v1',
  predicate: null as object | null,
};

/** An attestation object, as JSON of PEP 740. */
export interface AttestationObject {
  readonly version: number;
  readonly verification_material: {
    readonly certificate: string;
    readonly transparency_entries: SigstoreBundle['verificationMaterial']['tlogEntries'];
  };
  readonly envelope: { readonly statement: string; readonly signature: string };
}

export type MutableAttestation = Mutable<AttestationObject>;

/** `Attestation.from_bundle` of https://github.com/pypi/pypi-attestations. */
export function attestationOf({ verificationMaterial, dsseEnvelope }: SigstoreBundle): AttestationObject {
  return {
    version: 1,
    verification_material: {
      certificate: verificationMaterial.certificate.rawBytes,
      transparency_entries: verificationMaterial.tlogEntries,
    },
    envelope: { statement: dsseEnvelope.payload, signature: dsseEnvelope.signatures[0]?.sig ?? '' },
  };
}

/** What a job of that CI uploads with the file, if nothing is said to the contrary. */
export async function attestSdist(
  sigstore: Sigstore,
  ci: RunningCiIssuer,
  { statement = publishStatement, ...options }: SigningOptions & { statement?: object | Buffer } = {},
): Promise<AttestationObject> {
  return attestationOf(await sigstore.sign(statement, await ci.token({ aud: 'sigstore' }), options));
}
