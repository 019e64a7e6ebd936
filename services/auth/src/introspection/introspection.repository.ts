import { Injectable } from '@nestjs/common';
import {
  action,
  basePermission,
  organizationId,
  packagePurl,
  publisherId,
  purlPrefix,
  releasePath,
  repositoryId,
  role,
  sessionId,
  tokenId,
  userId,
} from '@waybill/contracts';
import type { TokenHash, UserId } from '@waybill/domain';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { tokenKinds } from '../tokens/token.entity.js';
import { maxGrants } from './person-grants.rules.js';
import { tokenCeilings, tokenScopes } from '../tokens/token-scopes.schema.js';

// Hundreds of packages are given in the same words: what they share comes once.
const givenAlike = z
  .object({
    organizationId,
    kind: z.enum(['organization', 'repository', 'package', 'pattern']),
    repositoryId: repositoryId.nullable(),
    actions: z.array(action),
    packagePurls: z.array(packagePurl).nullable(),
    purlPrefixes: z.array(purlPrefix).nullable(),
  })
  .transform(({ packagePurls, purlPrefixes, ...alike }) => {
    const bare = { ...alike, packagePurl: null, purlPrefix: null };
    if (alike.kind === 'package') return (packagePurls ?? []).map((purl) => ({ ...bare, packagePurl: purl }));
    if (alike.kind === 'pattern') return (purlPrefixes ?? []).map((prefix) => ({ ...bare, purlPrefix: prefix }));
    return [bare];
  });

const person = {
  userId,
  username: z.string(),
  installationAdmin: z.boolean(),
  memberships: z.array(z.object({ organizationId, role, basePermission })),
  given: z.array(givenAlike).transform((groups) => groups.flat()),
  ownedPackages: z.array(z.object({ organizationId, repositoryId, purl: packagePurl })),
};

const tokenRow = z.object({
  tokenId,
  kind: z.enum(tokenKinds),
  scopes: tokenScopes,
  ceilings: tokenCeilings,
  expiresAt: z.date(),
  lastUsedAt: z.date().nullable(),
  publisherIds: z.array(publisherId),
  releasePath: releasePath.nullable(),
  otherPaths: z.record(z.uuid(), releasePath).nullable(),
  ...person,
});
export type KnownToken = z.infer<typeof tokenRow>;

const personRow = z.object(person);
export type KnownPerson = z.infer<typeof personRow>;

const sessionRow = z.object({
  sessionId,
  expiresAt: z.date(),
  lastUsedAt: z.date(),
  provenAt: z.date(),
  ...person,
});
export type KnownSession = z.infer<typeof sessionRow>;

/** What comes with every request of the person has an end, whatever is in the table. */
const maxOwnedPackages = 1000;
/** One more than are ever used, so that a cut is noticed. */
const maxGivenRows = maxGrants + 1;

// What an organization that requires two factors gives, it gives to nobody who has only one; service accounts have none.
const reached = (organization: string) => `
  (NOT ${organization}.two_factor_required OR u.kind = 'service' OR u.two_factor_enabled_at IS NOT NULL)`;

// What others give to somebody who is not theirs comes last: it never takes the place of what the person's own organizations give.
const isOutside = (row: string) => `(${row}.organization_id <> ALL (own.organizations))`;

/** Their organizations: as members, and the one that a service account belongs to. */
const ownOrganizations = `
  CROSS JOIN LATERAL (
    SELECT array_remove(array_append(array_agg(m.organization_id), u.organization_id), NULL) AS organizations
    FROM memberships m WHERE m.user_id = u.user_id) own`;

// A repository that is another organization's by now, or not yet this one's, gives nothing in its name.
const isElsewhere = (row: string) => `EXISTS (
  SELECT 1 FROM known_repositories r WHERE r.repository_id = ${row}.repository_id AND r.organization_id <> ${row}.organization_id)`;

const grantColumns = 'g.organization_id, g.kind, g.repository_id, g.package_purl, g.purl_prefix, g.actions';

// Sources of packages give only to who is of the organization. Everything comes along as JSON arrays: one query per introspection, each step by an index on the person or their teams.
const personColumns = `
  u.user_id AS "userId", u.username AS "username", u.installation_admin AS "installationAdmin",
  (SELECT coalesce(json_agg(json_build_object(
            'organizationId', m.organization_id, 'role', m.role, 'basePermission', o.base_permission)), '[]'::json)
   FROM memberships m JOIN organizations o USING (organization_id)
   WHERE m.user_id = u.user_id AND ${reached('o')}) AS "memberships",
  (SELECT coalesce(json_agg(json_build_object(
            'organizationId', a.organization_id, 'kind', a.kind, 'repositoryId', a.repository_id, 'actions', a.actions,
            'packagePurls', a.package_purls, 'purlPrefixes', a.purl_prefixes) ORDER BY a.outside), '[]'::json)
   FROM (
     SELECT g.organization_id, g.kind, g.repository_id, g.actions, g.outside,
            json_agg(g.package_purl) FILTER (WHERE g.package_purl IS NOT NULL) AS package_purls,
            json_agg(g.purl_prefix) FILTER (WHERE g.purl_prefix IS NOT NULL) AS purl_prefixes
     FROM (
       SELECT f.*, ${isOutside('f')} AS outside FROM (
         SELECT ${grantColumns} FROM grants g WHERE g.user_id = u.user_id
         UNION ALL
         SELECT ${grantColumns} FROM team_members m JOIN grants g ON g.team_id = m.team_id WHERE m.user_id = u.user_id
         UNION ALL
         SELECT i.organization_id, 'package', i.repository_id, i.package_purl, NULL, i.actions FROM inherited_roles i
         WHERE i.user_id = u.user_id AND NOT ${isOutside('i')} AND NOT ${isElsewhere('i')}
       ) f JOIN organizations o USING (organization_id)
       WHERE ${reached('o')} ORDER BY outside LIMIT ${maxGivenRows}) g
     GROUP BY g.organization_id, g.kind, g.repository_id, g.actions, g.outside) a) AS "given",
  (SELECT coalesce(json_agg(json_build_object(
            'organizationId', f.organization_id, 'repositoryId', f.repository_id, 'purl', f.package_purl)
            ORDER BY f.outside), '[]'::json)
   FROM (
     SELECT p.organization_id, w.repository_id, w.package_purl, ${isOutside('p')} AS outside
     FROM package_owners w JOIN package_ownerships p USING (repository_id, package_purl)
       JOIN organizations o USING (organization_id)
     WHERE w.user_id = u.user_id AND w.granted AND ${reached('o')} ORDER BY outside LIMIT ${maxOwnedPackages}) f
  ) AS "ownedPackages"`;

/** Asked for every token that a gateway does not know. `$1`: its hash. */
export const tokenQuery = `
  SELECT t.token_id AS "tokenId", t.kind AS "kind", t.scopes AS "scopes", t.ceilings AS "ceilings",
          t.expires_at AS "expiresAt", t.last_used_at AS "lastUsedAt",
          t.publisher_ids AS "publisherIds", t.release_path AS "releasePath", t.other_paths AS "otherPaths",
         ${personColumns}
  FROM tokens t JOIN users u ON u.user_id = t.user_id ${ownOrganizations}
  WHERE t.token_hash = $1 AND t.revoked_at IS NULL AND t.expires_at > now() AND NOT u.suspended`;

const sessionQuery = `
  SELECT s.session_id AS "sessionId", s.expires_at AS "expiresAt", s.last_used_at AS "lastUsedAt",
         s.proven_at AS "provenAt", ${personColumns}
  FROM sessions s JOIN users u ON u.user_id = s.user_id ${ownOrganizations}
  WHERE s.session_hash = $1 AND s.expires_at > now() AND s.last_used_at > now() - make_interval(mins => $2)
    AND NOT u.suspended`;

const peopleQuery = `
  SELECT ${personColumns} FROM users u ${ownOrganizations}
  WHERE u.user_id = ANY($1::uuid[]) AND u.kind = 'person' AND NOT u.suspended`;

@Injectable()
export class IntrospectionRepository {
  constructor(private readonly dataSource: DataSource) {}

  async findToken(hash: TokenHash): Promise<KnownToken | undefined> {
    return z.array(tokenRow).parse(await this.dataSource.query(tokenQuery, [hash]))[0];
  }

  async findSession(hash: TokenHash, idleMinutes: number): Promise<KnownSession | undefined> {
    return z.array(sessionRow).parse(await this.dataSource.query(sessionQuery, [hash, idleMinutes]))[0];
  }

  /** Those of them who are people and not suspended, with what they were given. */
  async findPeople(userIds: readonly UserId[]): Promise<KnownPerson[]> {
    return z.array(personRow).parse(await this.dataSource.query(peopleQuery, [userIds]));
  }

  async touchTokens(uses: ReadonlyMap<string, Date>): Promise<void> {
    await this.#touch('tokens', 'token_id', uses);
  }

  async touchSessions(uses: ReadonlyMap<string, Date>): Promise<void> {
    await this.#touch('sessions', 'session_id', uses);
  }

  async #touch(table: 'tokens' | 'sessions', key: string, uses: ReadonlyMap<string, Date>): Promise<void> {
    await this.dataSource.query(
      `UPDATE ${table} SET last_used_at = used.at
       FROM unnest($1::uuid[], $2::timestamptz[]) AS used (id, at)
       WHERE ${table}.${key} = used.id AND (${table}.last_used_at IS NULL OR ${table}.last_used_at < used.at)`,
      [[...uses.keys()], [...uses.values()]],
    );
  }
}
