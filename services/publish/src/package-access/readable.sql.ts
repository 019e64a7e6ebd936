import type { Action, Principal } from '@waybill/domain';
import type { Reach } from './reach.js';
import { reachesOfToken, reachOfGrants } from './reach.js';

/** Values of a statement that is put together; `add` returns their place in it. */
export class Parameters {
  readonly values: unknown[] = [];

  add(value: unknown): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }
}

/** `effectiveVisibility` of libs/domain, of package `p` in repository `r`. */
export const effectiveVisibilitySql = `(CASE
  WHEN p.visibility IS NULL OR p.visibility = r.visibility OR p.visibility = 'public' THEN r.visibility
  WHEN r.visibility = 'public' THEN p.visibility
  ELSE 'private' END)`;

/**
 * The condition that a caller may do this to package `p` of repository `r`, as `can` of libs/domain decides it: lists and counts
 * hold nothing else (security.md A5, A7). What is unlisted is in the lists of those only who were given it.
 */
export function mayOnPackageSql(principal: Principal, action: Action, parameters: Parameters): string {
  const visibility = effectiveVisibilitySql;
  const open = action === 'read' ? `${visibility} = 'public'` : 'false';
  if (principal.kind === 'anonymous') return `(${open})`;
  const granted = reachSql(reachOfGrants(principal, action), parameters);
  const given = action === 'read' ? `(${visibility} = 'internal' OR ${granted})` : granted;
  const within = reachesOfToken(principal, action).map((reach) => reachSql(reach, parameters));
  return `(${open} OR (${[given, ...within].join(' AND ')}))`;
}

function reachSql(reach: Reach, parameters: Parameters): string {
  if (reach.everything) return 'true';
  const { organizations, repositories, packages, patterns } = reach;
  const parts: string[] = [];
  if (organizations.length > 0) parts.push(`r.organization_id = ANY (${parameters.add(organizations)}::uuid[])`);
  if (repositories.length > 0) parts.push(`r.repository_id = ANY (${parameters.add(repositories)}::uuid[])`);
  if (packages.length > 0) {
    const ids = parameters.add(packages.map(({ repositoryId }) => repositoryId));
    const purls = parameters.add(packages.map(({ purl }) => purl));
    parts.push(`(p.repository_id, p.purl) IN (SELECT * FROM unnest(${ids}::uuid[], ${purls}::text[]))`);
  }
  if (patterns.length > 0) {
    const organizationIds = parameters.add(patterns.map(({ organizationId }) => organizationId));
    const repositoryIds = parameters.add(patterns.map(({ repositoryId }) => repositoryId ?? null));
    const prefixes = parameters.add(patterns.map(({ purlPrefix }) => purlPrefix));
    parts.push(`EXISTS (
      SELECT FROM unnest(${organizationIds}::uuid[], ${repositoryIds}::uuid[], ${prefixes}::text[])
                    AS pattern (organization_id, repository_id, prefix)
       WHERE pattern.organization_id = r.organization_id AND starts_with(p.purl, pattern.prefix)
         AND (pattern.repository_id IS NULL OR pattern.repository_id = r.repository_id))`);
  }
  return parts.length === 0 ? 'false' : `(${parts.join(' OR ')})`;
}

/** That package `p` has something that clients can see; what is only held or being checked is nobody else's business (A6). */
export const hasVisibleReleaseSql = `EXISTS (
  SELECT FROM releases seen WHERE seen.package_id = p.package_id AND NOT seen.replaced
     AND seen.state IN ('published', 'yanked', 'deprecated'))`;

/** Packages that a caller finds: readable, not deleted, and with something to see unless they may change it anyway. */
export function foundPackageSql(principal: Principal, parameters: Parameters): string {
  const readable = mayOnPackageSql(principal, 'read', parameters);
  const known = mayOnPackageSql(principal, 'metadata', parameters);
  return `p.deleted_at IS NULL AND r.deleted_at IS NULL AND ${readable} AND (${hasVisibleReleaseSql} OR ${known})`;
}
