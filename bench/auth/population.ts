import { hashToken, newTokenText } from '@waybill/domain';
import type { Client } from 'pg';

/** How many there are of what auth knows. */
export interface Population {
  readonly name: 'small' | 'large';
  readonly users: number;
  readonly teams: number;
  readonly grants: number;
}

export const small: Population = { name: 'small', users: 10, teams: 2, grants: 20 };
export const large: Population = { name: 'large', users: 10_000, teams: 1000, grants: 100_000 };

/** Each person is in so many teams: what they were given there comes along when somebody asks who they are. */
const teamsOfOne = 2;

export interface Populated {
  /** Tokens of the people in turn: none was presented before. */
  readonly tokens: readonly string[];
}

/**
 * Fills an organization: people in teams, teams with grants on packages of one repository, and tokens of people that read
 * everything they may. What there was before stays.
 */
export async function populate(
  database: Client,
  { users, teams, grants }: Population,
  place: { readonly organization: string; readonly repository: string; readonly purl: string; readonly tokens: number },
): Promise<Populated> {
  const texts = Array.from({ length: place.tokens }, () => newTokenText());
  const hashes = texts.map((text) => hashToken(text));
  await database.query('BEGIN');
  const { organizationId, repositoryId } = await namesOf(database, place);
  await database.query(usersQuery, [users]);
  await database.query(teamsQuery, [organizationId, teams]);
  await database.query(membersQuery, [teams, teamsOfOne]);
  await database.query(grantsQuery, [organizationId, repositoryId, teams, grants, place.purl]);
  await database.query(tokensQuery, [users, hashes]);
  await database.query('COMMIT');
  await database.query('ANALYZE');
  return { tokens: texts };
}

async function namesOf(
  database: Client,
  { organization, repository }: { readonly organization: string; readonly repository: string },
): Promise<{ organizationId: string; repositoryId: string }> {
  const found = await database.query<{ organization_id: string; repository_id: string }>(
    `SELECT o.organization_id, r.repository_id FROM organizations o, publish.repositories r
     WHERE o.name = $1 AND r.slug = $2`,
    [organization, repository],
  );
  const [row] = found.rows;
  if (row === undefined) throw new Error('There is no such organization or repository.');
  const { organization_id: organizationId, repository_id: repositoryId } = row;
  await database.query(
    `INSERT INTO known_repositories (repository_id, organization_id, slug) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
    [repositoryId, organizationId, repository],
  );
  return { organizationId, repositoryId };
}

/** The id of the n-th of its kind: as random as a UUID of version 4 looks. */
const idOf = (kind: string, n: string) =>
  `overlay(overlay(md5('${kind}' || ${n}) placing '4' from 13) placing '8' from 17)::uuid`;

const usersQuery = `
  INSERT INTO users (user_id, username, password_hash, installation_admin)
  SELECT ${idOf('user', 'n')}, 'person-' || n, NULL, false FROM generate_series(1, $1::int) n`;

const teamsQuery = `
  INSERT INTO teams (team_id, organization_id, name)
  SELECT ${idOf('team', 'n')}, $1, 'team-' || n FROM generate_series(1, $2::int) n`;

const membersQuery = `
  INSERT INTO team_members (team_id, user_id)
  SELECT ${idOf('team', '(1 + (u.n + place) % $1::int)')}, u.user_id
  FROM (SELECT user_id, row_number() OVER (ORDER BY user_id)::int AS n FROM users WHERE username LIKE 'person-%') u,
       generate_series(0, $2::int - 1) place
  ON CONFLICT DO NOTHING`;

// Each team may read the one package that is asked for, and others that nobody asks for.
const grantsQuery = `
  INSERT INTO grants (grant_id, organization_id, team_id, kind, repository_id, package_purl, target, role, actions, granted_by)
  SELECT gen_random_uuid(), $1, ${idOf('team', '(1 + n % $3::int)')}, 'package', $2::uuid, purl,
         'package:' || $2 || '/' || purl, 'reader', '{read}', 'bench'
  FROM (SELECT n, CASE WHEN n < $3::int THEN $5 ELSE 'pkg:npm/bench-' || n END AS purl
        FROM generate_series(0, $4::int - 1) n) wanted`;

const tokensQuery = `
  INSERT INTO tokens (token_id, user_id, token_hash, prefix, description, scopes, expires_at)
  SELECT gen_random_uuid(), ${idOf('user', '(1 + (place - 1) % $1::int)')}, hash, 'wb-', 'bench',
         '[{"actions":["read"],"on":{"kind":"everything"}}]', now() + interval '1 day'
  FROM unnest($2::text[]) WITH ORDINALITY AS given (hash, place)`;
