import { createHash } from 'node:crypto';
import { bundleToJSON } from '@sigstore/bundle';
import { DSSEBundleBuilder, FulcioSigner, RekorWitness } from '@sigstore/sign';
import { idToken } from './id-token.js';

/** `name` as npm writes it. */
export interface Subject {
  readonly name: string;
  readonly version: string;
  readonly tarball: Buffer;
}

export const provenanceType = 'https://slsa.dev/provenance/v1';

/** An in-toto statement of how that tarball was built. */
export function statementAbout({ name, version, tarball }: Subject): object {
  const sha512 = createHash('sha512').update(tarball).digest('hex');
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: `pkg:npm/${name.replace('@', '%40')}@${version}`, digest: { sha512 } }],
    predicateType: provenanceType,
    predicate: {
      buildDefinition: { buildType: 'https://example.org/by-hand/v1', externalParameters: {} },
      runDetails: { builder: { id: 'https://example.org/a-builder' } },
    },
  };
}

/** A sigstore bundle as clients make it: signed with a fresh key, certified and logged by the services at the address. */
export async function signStatement(url: string, statement: object): Promise<object> {
  const builder = new DSSEBundleBuilder({
    signer: new FulcioSigner({ fulcioBaseURL: url, identityProvider: { getToken: () => Promise.resolve(idToken) } }),
    witnesses: [new RekorWitness({ rekorBaseURL: url, entryType: 'dsse' })],
  });
  const data = Buffer.from(JSON.stringify(statement));
  return bundleToJSON(await builder.create({ data, type: 'application/vnd.in-toto+json' }));
}
