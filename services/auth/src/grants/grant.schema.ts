import { packagePurl } from '@waybill/contracts';
import { actions } from '@waybill/domain';
import { MayBeAbsent, pageOf, PageQuery } from '@waybill/management-api';
import { IsArray, IsDefined, IsIn, IsString, Matches, MaxLength } from 'class-validator';
import { z } from 'zod';
import { grantRoleOf, grantRoles } from './grant-role.js';
import type { ListedGrant } from './grants.repository.js';
import { patternOf } from './name-pattern.rules.js';

const name = z.string().min(1).max(200);

/** Who is given something: one of these. */
export const grantSubject = z.union([
  z.strictObject({ team: name }),
  z.strictObject({ user: name }),
  z.strictObject({ serviceAccount: name }),
]);
export type GrantSubject = z.infer<typeof grantSubject>;

/** On what, inside of an organization: itself (by its name), a repository, a package of one, or all packages of a name pattern. */
export const grantPlace = z.union([
  z.strictObject({ organization: name }),
  z.strictObject({ repository: name }),
  z.strictObject({ repository: name, package: packagePurl }),
  z.strictObject({ pattern: name, repository: name.exactOptional() }),
]);
export type GrantPlace = z.infer<typeof grantPlace>;

class GivenActions {
  /** A named set of actions: reader, publisher, maintainer, admin. Either this or `actions`. */
  @MayBeAbsent()
  @IsIn(grantRoles)
  role?: (typeof grantRoles)[number];

  @MayBeAbsent()
  @IsArray()
  @IsIn(actions, { each: true })
  actions?: (typeof actions)[number][];
}

export class ChangeGrantBody extends GivenActions {}

export class GiveOnResourceBody extends GivenActions {
  /** `{ team }`, `{ user }` or `{ serviceAccount }`. */
  @IsDefined()
  subject!: unknown;
}

export class GiveBody extends GiveOnResourceBody {
  /** `{ organization }`, `{ repository }`, `{ repository, package }` or `{ pattern, repository? }`. */
  @IsDefined()
  on!: unknown;
}

export class GrantsQuery extends PageQuery {
  /** `team:<name>`, `user:<name>` or `service:<organization>/<name>`. */
  @MayBeAbsent()
  @Matches(/^(?:team|user|service):[a-z0-9][a-z0-9._/-]{0,199}$/)
  subject?: string;

  /** Only grants on this kind of thing. */
  @MayBeAbsent()
  @IsIn(['organization', 'repository', 'package', 'pattern'])
  kind?: 'organization' | 'repository' | 'package' | 'pattern';

  /** Only grants on this repository and in it, by its slug. */
  @MayBeAbsent()
  @IsString()
  @MaxLength(64)
  repository?: string;
}

export class ResourceQuery extends PageQuery {
  /** Slug of the repository. */
  @IsString()
  @MaxLength(64)
  repository!: string;

  /** The purl of a package in it. */
  @MayBeAbsent()
  @IsString()
  @MaxLength(1024)
  package?: string;
}

export const grantView = z.object({
  id: z.uuid(),
  /** `source`: it follows from the source repository of a package, and changes with what is reported of that. */
  from: z.enum(['given', 'source']),
  subject: z.union([
    z.object({ team: z.string() }),
    z.object({ user: z.string() }),
    z.object({ serviceAccount: z.string() }),
  ]),
  on: z.union([
    z.object({ organization: z.string() }),
    z.object({ repository: z.string() }),
    z.object({ repository: z.string(), package: z.string() }),
    z.object({ pattern: z.string(), repository: z.string().exactOptional() }),
  ]),
  role: z.enum(grantRoles).nullable(),
  actions: z.array(z.enum(actions)),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
});
export type GrantView = z.infer<typeof grantView>;
export const grantPage = pageOf(grantView);
export const grantCursor = z.uuid();

export function viewOfGrant(grant: ListedGrant, organization: string): GrantView {
  const { grantId: id, from, role, actions: given, createdAt, updatedAt } = grant;
  return {
    id,
    from,
    subject: subjectOf(grant),
    on: placeOf(grant, organization),
    role: from === 'source' ? grantRoleOf(given) : role,
    actions: given,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  };
}

function subjectOf({ team, username, userKind }: ListedGrant): GrantView['subject'] {
  if (team !== null) return { team };
  return userKind === 'service' ? { serviceAccount: username ?? '' } : { user: username ?? '' };
}

function placeOf(
  { kind, repository, packagePurl: purl, purlPrefix }: ListedGrant,
  organization: string,
): GrantView['on'] {
  const inRepository = { repository: repository ?? '' };
  switch (kind) {
    case 'organization':
      return { organization };
    case 'repository':
      return inRepository;
    case 'package':
      return { ...inRepository, package: purl ?? '' };
    case 'pattern':
      return { pattern: patternOf(purlPrefix ?? ''), ...(repository === null ? {} : inRepository) };
  }
}
