import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { userId } from '@waybill/contracts';
import type { Action, OrganizationId, PackagePurl, RepositoryId, UserId } from '@waybill/domain';
import { type EntityManager, LessThanOrEqual, Not } from 'typeorm';
import { z } from 'zod';
import { InheritedRoleEntity } from './inherited-role.entity.js';

export interface OnPackage {
  readonly repositoryId: RepositoryId;
  readonly packagePurl: PackagePurl;
}

/** Somebody by their username here, or by who they are elsewhere. */
export type Named =
  | { readonly username: string }
  | { readonly identity: { readonly provider: 'oidc' | 'ldap'; readonly subject: string } };

const foundRows = z.array(z.object({ place: z.int(), userId }));

// Nothing that is older than what is known, nor than what has ended what was given on the package (security.md T11).
const learnQuery = `
  INSERT INTO inheriting_packages AS known (repository_id, package_purl, event_version)
  SELECT $1, $2, $3 WHERE NOT EXISTS (
    SELECT 1 FROM known_packages WHERE repository_id = $1 AND package_purl = $2 AND ended_version > $3)
  ON CONFLICT ON CONSTRAINT inheriting_packages_pk DO UPDATE SET event_version = excluded.event_version
    WHERE known.event_version < excluded.event_version
  RETURNING event_version`;

// Who else has an account is nobody's business, and so nothing that follows from the query tells it (security.md A6).
const findQuery = `
  SELECT named.place::integer AS place, u.user_id AS "userId"
  FROM unnest($1::text[], $2::text[], $3::text[]) WITH ORDINALITY AS named (username, provider, subject, place)
    LEFT JOIN external_identities e ON e.provider = named.provider AND e.subject = named.subject
    JOIN users u ON u.username = named.username OR u.user_id = e.user_id
  WHERE u.deleted_at IS NULL AND ((u.kind = 'service' AND u.organization_id = $4) OR EXISTS (
    SELECT 1 FROM memberships m WHERE m.organization_id = $4 AND m.user_id = u.user_id))`;

@Injectable()
export class InheritedRolesRepository {
  /** False for old news. */
  async learn(manager: EntityManager, { repositoryId, packagePurl }: OnPackage, version: number): Promise<boolean> {
    const rows = await manager.query<unknown[]>(learnQuery, [repositoryId, packagePurl, version]);
    return rows.length > 0;
  }

  /** Members and service accounts of the organization among them; somebody who is named twice may do both. */
  async actionsOf(
    manager: EntityManager,
    organizationId: OrganizationId,
    people: readonly { readonly who: Named; readonly actions: readonly Action[] }[],
  ): Promise<Map<UserId, readonly Action[]>> {
    const identities = people.map(({ who }) => ('identity' in who ? who.identity : undefined));
    const usernames = people.map(({ who }) => ('username' in who ? who.username : null));
    const rows: unknown = await manager.query(findQuery, [
      usernames,
      identities.map((identity) => identity?.provider ?? null),
      identities.map((identity) => identity?.subject ?? null),
      organizationId,
    ]);
    const found = new Map<UserId, readonly Action[]>();
    for (const row of foundRows.parse(rows)) {
      const more = people[row.place - 1]?.actions ?? [];
      found.set(row.userId, [...new Set([...(found.get(row.userId) ?? []), ...more])]);
    }
    return found;
  }

  on(manager: EntityManager, { repositoryId, packagePurl }: OnPackage): Promise<InheritedRoleEntity[]> {
    return manager.getRepository(InheritedRoleEntity).findBy({ repositoryId, packagePurl });
  }

  /** All that somebody has on it by its source, in place of what was. */
  async replace(
    manager: EntityManager,
    on: OnPackage & { readonly organizationId: OrganizationId },
    actionsOf: ReadonlyMap<UserId, readonly Action[]>,
  ): Promise<void> {
    const { repositoryId, packagePurl } = on;
    // Who had something keeps its id: lists go on from there.
    const ids = new Map((await this.on(manager, on)).map((row) => [row.userId, row.inheritedRoleId]));
    await manager.getRepository(InheritedRoleEntity).delete({ repositoryId, packagePurl });
    const rows = [...actionsOf].map(([user, actions]) => ({
      ...on,
      userId: user,
      actions: [...actions],
      inheritedRoleId: ids.get(user) ?? randomUUID(),
    }));
    if (rows.length > 0) await manager.getRepository(InheritedRoleEntity).insert(rows);
  }

  /**
   * On a package, or on all of a repository; only what was given until then, when that is said, and not what `keptFor` gave.
   * Resolves to who had any.
   */
  async end(
    manager: EntityManager,
    {
      repositoryId,
      packagePurl,
      givenUntil,
      keptFor,
    }: {
      readonly repositoryId: RepositoryId;
      readonly packagePurl?: PackagePurl;
      readonly givenUntil?: Date | undefined;
      readonly keptFor?: OrganizationId | undefined;
    },
  ): Promise<UserId[]> {
    const where = {
      repositoryId,
      ...(packagePurl === undefined ? {} : { packagePurl }),
      ...(givenUntil === undefined ? {} : { givenAt: LessThanOrEqual(givenUntil) }),
      ...(keptFor === undefined ? {} : { organizationId: Not(keptFor) }),
    };
    const rows = await manager.getRepository(InheritedRoleEntity).findBy(where);
    if (rows.length > 0) await manager.getRepository(InheritedRoleEntity).delete(where);
    return [...new Set(rows.map((row) => row.userId))];
  }
}
