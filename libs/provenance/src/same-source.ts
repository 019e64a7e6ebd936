import type { ReleasePath, VerifiedProvenance } from '@waybill/domain';
import { isSameRepository } from './claimed-source.js';

/** In what a provenance and the path of a token differ, each with both values; and what would have to be known. */
export interface Difference {
  readonly what: 'issuer' | 'repository' | 'owner' | 'workflow' | 'ref' | 'commit';
  readonly provenance: string | undefined;
  readonly path: string | undefined;
}

/**
 * In what the workflow that signed is another one than that for which a token was minted. Both are said by one issuer of one job, so
 * what both say has to be equal; empty where they are of one source. Ids win over names (security.md T8).
 */
export function differencesOfSource(provenance: VerifiedProvenance, path: ReleasePath): Difference[] {
  const differences: (Difference | undefined)[] = [
    isSameIssuer(provenance.issuer, path)
      ? undefined
      : { what: 'issuer', provenance: provenance.issuer, path: path.issuer },
    repositoryOf(provenance, path),
    differs('owner', provenance.ownerId, path.ownerId),
    // Of providers without files it is the id of a pipeline, which no certificate says.
    isFile(path.workflow) ? differs('workflow', provenance.workflow, path.workflow) : undefined,
    differs('ref', provenance.ref, path.ref),
    differs('commit', provenance.commit, path.commit),
  ];
  return differences.flatMap((difference) => difference ?? []);
}

/** CircleCI signs tokens of one job as `https://oidc.circleci.com` or as its organization below, as the job asks. */
function isSameIssuer(issuer: string, path: ReleasePath): boolean {
  if (issuer === path.issuer) return true;
  if (path.provider !== 'circleci') return false;
  const [shorter, longer] = [issuer, path.issuer].toSorted((one, other) => one.length - other.length);
  return longer?.startsWith(`${shorter ?? ''}/org/`) === true;
}

function isFile(workflow: string | undefined): boolean {
  return workflow !== undefined && /\.ya?ml$/.test(workflow);
}

/** One of id and address has to be known of both: what cannot be compared is not the same. */
function repositoryOf(provenance: VerifiedProvenance, path: ReleasePath): Difference | undefined {
  if (provenance.repositoryId !== undefined && path.repositoryId !== undefined) {
    return differs('repository', provenance.repositoryId, path.repositoryId);
  }
  const [one, other] = [provenance.repositoryUrl, path.repositoryUrl];
  if (one !== undefined && other !== undefined && isSameRepository(one, other)) return undefined;
  return { what: 'repository', provenance: one ?? provenance.repositoryId, path: other ?? path.repositoryId };
}

function differs(
  what: Difference['what'],
  provenance: string | undefined,
  path: string | undefined,
): Difference | undefined {
  const isComparable = provenance !== undefined && path !== undefined;
  return isComparable && provenance !== path ? { what, provenance, path } : undefined;
}
