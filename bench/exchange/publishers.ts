import type { CiClaims } from '@waybill/testing';
import { fromGithub, lookupKey } from '@waybill/trusted-publishing';
import type { Client } from 'pg';

const owner = 'acme';

/** So many trusted publishers of one issuer, each of a repository and a package of its own. */
export async function registerPublishers(
  database: Client,
  { issuer, count, repository }: { readonly issuer: string; readonly count: number; readonly repository: string },
): Promise<void> {
  const rules = Array.from({ length: count }, (_, index) =>
    fromGithub({ issuer, owner, repository: nameOf(index), workflow: 'release.yml' }),
  );
  await database.query('BEGIN');
  const found = await database.query<{ organization_id: string; repository_id: string }>(placeQuery, [repository]);
  const [place] = found.rows;
  if (place === undefined) throw new Error('There is no such repository.');
  await database.query(knownQuery, [place.repository_id, place.organization_id, repository]);
  await database.query(publishersQuery, [
    place.organization_id,
    issuer,
    rules.map(lookupKey),
    rules.map((rule) => JSON.stringify(rule)),
  ]);
  await database.query(targetsQuery, [place.repository_id, issuer]);
  await database.query('COMMIT');
  await database.query('ANALYZE');
}

/** What a token of the n-th repository says, and what it is for. */
export function jobOf(index: number): { readonly claims: CiClaims; readonly packagePurl: string } {
  const repository = `${owner}/${nameOf(index)}`;
  const workflow = `${repository}/.github/workflows/release.yml@refs/tags/v1.0.0`;
  const claims = {
    repository,
    repository_id: String(1000 + index),
    workflow_ref: workflow,
    job_workflow_ref: workflow,
  };
  return { claims, packagePurl: `pkg:npm/${nameOf(index)}` };
}

function nameOf(index: number): string {
  return `package-${index}`;
}

const placeQuery = `SELECT organization_id, repository_id FROM publish.repositories WHERE slug = $1`;
const knownQuery = `
  INSERT INTO known_repositories (repository_id, organization_id, slug) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`;
const publishersQuery = `
  INSERT INTO trusted_publishers (publisher_id, organization_id, provider, issuer, lookup_key, rule, actions, created_by)
  SELECT gen_random_uuid(), $1, 'github-actions', $2, key, rule::jsonb, '{publish}', 'bench'
  FROM unnest($3::text[], $4::text[]) AS given (key, rule)`;
// Each is of the package that is called like its repository.
const targetsQuery = `
  INSERT INTO trusted_publisher_targets (target_id, publisher_id, kind, repository_id, package_purl, target)
  SELECT gen_random_uuid(), publisher_id, 'package', $1, 'pkg:npm/' || name, 'pkg:npm/' || name
  FROM (SELECT publisher_id, split_part(rule #>> '{conditions,0,is}', '/', 2) AS name
        FROM trusted_publishers WHERE issuer = $2) named`;
