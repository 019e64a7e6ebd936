import type { ReleasePath } from '@waybill/domain';
import type { ProviderName } from '@waybill/trusted-publishing';
import { providers, readClaims } from '@waybill/trusted-publishing';
import { decodeJwt } from 'jose';

/** What a certificate says of who showed an ID token. */
export interface JobIdentity {
  readonly subjectAltName: string;
  readonly extensions: readonly Extension[];
}

interface Extension {
  readonly oid: string;
  readonly value: string;
  /** In the old form: the bare text, instead of a string of ASN.1. */
  readonly legacy?: boolean;
}

const fulcio = '1.3.6.1.4.1.57264.1';

/** As Fulcio reads an ID token of a job of GitHub or GitLab. https://github.com/sigstore/fulcio/blob/main/docs/oid-info.md */
export function jobIdentityOf(idToken: string): JobIdentity {
  const payload = decodeJwt(idToken);
  const provider: ProviderName = typeof payload['project_path'] === 'string' ? 'gitlab-ci' : 'github-actions';
  const path = providers[provider].releasePath(readClaims(provider, payload));
  const said = (claim: string) => (typeof payload[claim] === 'string' ? payload[claim] : undefined);
  const configuration = provider === 'gitlab-ci' ? `/${path.workflow ?? ''}` : path.workflow;
  const repositoryUrl = addressOf(path);
  const buildConfig = `${repositoryUrl}/${configuration ?? ''}@${path.ref ?? ''}`;
  const job = said('job_workflow_ref');
  const signer = job === undefined ? buildConfig : `${serverOf(path, repositoryUrl)}/${job}`;
  const values: Record<number, string | undefined> = {
    8: path.issuer,
    9: signer,
    11: said('runner_environment'),
    12: repositoryUrl,
    13: path.commit,
    14: path.ref,
    15: path.repositoryId,
    16: `${serverOf(path, repositoryUrl)}/${path.owner ?? ''}`,
    17: path.ownerId,
    18: buildConfig,
    20: path.event,
    21: path.runUrl,
    22: said('repository_visibility'),
  };
  return {
    subjectAltName: signer,
    extensions: [
      { oid: `${fulcio}.1`, value: path.issuer, legacy: true },
      ...Object.entries(values).flatMap(([number, value]) =>
        value === undefined ? [] : [{ oid: `${fulcio}.${number}`, value }],
      ),
    ],
  };
}

/** GitHub's own issuer on the loopback has its repositories where GitHub has them, as its jobs are told. */
function addressOf({ provider, repository, repositoryUrl }: ReleasePath): string {
  return provider === 'github-actions' ? `https://github.com/${repository ?? ''}` : (repositoryUrl ?? '');
}

function serverOf({ repository = '' }: ReleasePath, repositoryUrl: string): string {
  return repositoryUrl.slice(0, repositoryUrl.length - repository.length - 1);
}
