import { DomainError } from '@waybill/domain';
import { MayBeAbsent, NestedObject, NestedObjects, pageOf, PageQuery } from '@waybill/management-api';
import { ArrayMaxSize, IsIn, IsString, Length, Matches, MaxLength } from 'class-validator';
import { z } from 'zod';
import { storableText } from '../database/storable-text.js';
import { forges } from '../source-links/source-link.entity.js';
import { sourceHost } from '../source-links/source-link.schema.js';
import type { SourcePerson, SourceRepositoryEntity, SourceVisibility } from './source-repository.entity.js';
import { sourceRoles, type SourceRole } from './source-roles.rules.js';

const visibilities = ['public', 'internal', 'private'] as const;
export const maxPeople = 300;

export class SourceRepositoriesQuery extends PageQuery {
  /** The name of the organization whose source repositories they are. */
  @IsString()
  @Length(1, 64)
  @Matches(storableText)
  org!: string;
}

export class SourceRepositoryQuery {
  /** The name of the organization whose source repository it is. */
  @IsString()
  @Length(1, 64)
  @Matches(storableText)
  org!: string;

  /** `github.com`, with a port where it is not that of HTTPS. */
  @Matches(sourceHost)
  host!: string;
}

export class SourceIdentity {
  @IsIn(['oidc', 'ldap'])
  provider!: 'oidc' | 'ldap';

  /** What the provider calls them and never gives to somebody else. */
  @IsString()
  @Length(1, 512)
  @Matches(storableText)
  subject!: string;
}

export class SourcePersonBody {
  @IsIn(sourceRoles)
  role!: SourceRole;

  /** Here. Exactly one of this and `identity`. */
  @MayBeAbsent()
  @IsString()
  @MaxLength(200)
  @Matches(/^[A-Za-z0-9][A-Za-z0-9._-]*(\/[A-Za-z0-9._-]+)?$/, { message: 'username is none' })
  username?: string;

  @MayBeAbsent()
  @NestedObject(() => SourceIdentity)
  identity?: SourceIdentity;
}

/** All that holds of it from now on, in place of what was reported before. */
export class ReportSourceBody {
  @IsIn(visibilities)
  visibility!: SourceVisibility;

  /** Everybody who has a role there. Who is not of the organization gets nothing by it. */
  @ArrayMaxSize(maxPeople)
  @NestedObjects(() => SourcePersonBody)
  people!: SourcePersonBody[];

  /** The forge's own id of it: packages that know one inherit only from reports that say the same. */
  @MayBeAbsent()
  @IsString()
  @Length(1, 100)
  @Matches(storableText)
  repositoryId?: string;
}

/** Errors: `invalid` `source.person-unclear` for who has both names, or none. */
export function peopleIn({ people }: ReportSourceBody): SourcePerson[] {
  return people.map(({ role, username, identity }, index) => {
    if (username !== undefined && identity === undefined) return { role, username: username.toLowerCase() };
    if (username !== undefined || identity === undefined) throw unclear(`body.people.${index}`);
    return { role, identity: { provider: identity.provider, subject: identity.subject } };
  });
}

function unclear(field: string): DomainError {
  const code = 'source.person-unclear';
  const message = 'Somebody has exactly one of "username" and "identity".';
  return new DomainError('invalid', code, message, { details: { errors: [{ field, code, message }] } });
}

export const sourceRepositoryView = z.object({
  forge: z.enum(forges),
  host: z.string(),
  owner: z.string(),
  name: z.string(),
  repositoryId: z.string().nullable(),
  visibility: z.enum(visibilities),
  people: z.array(
    z.object({
      role: z.enum(sourceRoles),
      username: z.string().optional(),
      identity: z.object({ provider: z.enum(['oidc', 'ldap']), subject: z.string() }).optional(),
    }),
  ),
  reportedBy: z.string(),
  reportedAt: z.iso.datetime(),
});
export type SourceRepositoryView = z.infer<typeof sourceRepositoryView>;
export const sourceRepositoryPage = pageOf(sourceRepositoryView);

export function viewOf(source: SourceRepositoryEntity): SourceRepositoryView {
  const { forge, host, owner, name, forgeRepositoryId, visibility, people, reportedBy, reportedAt } = source;
  return {
    forge,
    host,
    owner,
    name,
    repositoryId: forgeRepositoryId,
    visibility,
    people,
    reportedBy,
    reportedAt: reportedAt.toISOString(),
  };
}
