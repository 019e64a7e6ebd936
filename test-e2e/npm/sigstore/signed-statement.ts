import { bundleToJSON } from '@sigstore/bundle';
import { DSSEBundleBuilder, FulcioSigner, RekorWitness } from '@sigstore/sign';

/** A sigstore bundle as clients make it: signed with a fresh key, certified and logged by the services at the address. */
export async function signStatement(url: string, statement: object, idToken: string): Promise<object> {
  const builder = new DSSEBundleBuilder({
    signer: new FulcioSigner({ fulcioBaseURL: url, identityProvider: { getToken: () => Promise.resolve(idToken) } }),
    witnesses: [new RekorWitness({ rekorBaseURL: url, entryType: 'dsse' })],
  });
  const data = Buffer.from(JSON.stringify(statement));
  return bundleToJSON(await builder.create({ data, type: 'application/vnd.in-toto+json' }));
}
