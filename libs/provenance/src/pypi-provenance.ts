import type { ReleasePath, VerifiedProvenance } from '@waybill/domain';

/** Who published a file, in the words of clients (PEP 740, `publisher`): by this they verify its attestations. */
export interface PypiPublisher {
  readonly kind: string;
  readonly [claim: string]: string | null;
}

type Words = (provenance: VerifiedProvenance, environment: string | null) => PypiPublisher | undefined;

// https://github.com/pypi/pypi-attestations: what clients know, each of one issuer only.
const known: Readonly<Record<string, Words>> = {
  'https://token.actions.githubusercontent.com': ({ repositoryUrl, workflow }, environment) => {
    const repository = below('https://github.com/', repositoryUrl);
    const file = below('.github/workflows/', workflow);
    return repository && file ? { kind: 'GitHub', repository, workflow: file, environment } : undefined;
  },
  'https://gitlab.com': ({ repositoryUrl, workflow }, environment) => {
    const repository = below('https://gitlab.com/', repositoryUrl);
    return repository && workflow
      ? { kind: 'GitLab', repository, workflow_filepath: workflow, environment }
      : undefined;
  },
  'https://accounts.google.com': ({ identity }) => ({ kind: 'Google', email: identity }),
  'https://oidc.circleci.com': ({ identity, repositoryUrl, ref }) => {
    const pipeline = /^https:\/\/circleci\.com\/api\/v2\/projects\/([0-9a-f-]+)\/pipeline-definitions\/([0-9a-f-]+)$/;
    const [, project, definition] = pipeline.exec(identity) ?? [];
    return project && definition
      ? {
          kind: 'CircleCI',
          project_id: project,
          pipeline_definition_id: definition,
          vcs_origin: repositoryUrl ?? null,
          vcs_ref: ref ?? null,
        }
      : undefined;
  },
};

/**
 * The publisher that a verified certificate names. `path`: of the token that published, for the environment, which no certificate names.
 * Of what clients have no words for it is the bare identity (`Sigstore`): no client mistakes it for one of another forge.
 */
export function pypiPublisher(provenance: VerifiedProvenance, path?: ReleasePath): PypiPublisher {
  const { issuer, identity } = provenance;
  const words = Object.hasOwn(known, issuer) ? known[issuer] : undefined;
  return words?.(provenance, path?.environment ?? null) ?? { kind: 'Sigstore', issuer, identity };
}

/**
 * The provenance object of a file, as JSON text (https://docs.pypi.org/api/integrity/). `attestations`: the bytes of what was verified,
 * as `readPypiUpload` made them.
 */
export function pypiProvenance(publisher: PypiPublisher, attestations: readonly Uint8Array[]): string {
  const texts = attestations.map((bytes) => Buffer.from(bytes).toString('utf8'));
  const bundle = `{"publisher":${JSON.stringify(publisher)},"attestations":[${texts.join(',')}]}`;
  return `{"version":1,"attestation_bundles":[${bundle}]}`;
}

function below(prefix: string, text: string | undefined): string | undefined {
  return text?.startsWith(prefix) === true ? text.slice(prefix.length) : undefined;
}
