import { createHash } from 'node:crypto';

/** `name` as npm writes it. */
export interface NpmSubject {
  readonly name: string;
  readonly version: string;
  readonly tarball: Buffer;
}

export const slsaProvenanceType = 'https://slsa.dev/provenance/v1';

/** An in-toto statement of how a tarball was built, by hand. */
export function npmStatement({ name, version, tarball }: NpmSubject, workflowRepository?: string): object {
  const sha512 = createHash('sha512').update(tarball).digest('hex');
  const workflow = workflowRepository === undefined ? {} : { workflow: { repository: workflowRepository } };
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: `pkg:npm/${name.replace('@', '%40')}@${version}`, digest: { sha512 } }],
    predicateType: slsaProvenanceType,
    predicate: {
      buildDefinition: { buildType: 'https://example.org/by-hand/v1', externalParameters: workflow },
      runDetails: { builder: { id: 'https://example.org/a-builder' } },
    },
  };
}
