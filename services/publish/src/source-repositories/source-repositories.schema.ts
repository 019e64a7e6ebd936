import { MayBeAbsent, pageOf, PageQuery } from '@waybill/management-api';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsDefined,
  IsIn,
  IsString,
  Length,
  Matches,
  MaxLength,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
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

  /** Here; or else `identity`. */
  @ValidateIf(({ identity, username }: SourcePersonBody) => identity === undefined || username !== undefined)
  @IsString()
  @MaxLength(200)
  @Matches(/^[A-Za-z0-9][A-Za-z0-9._-]*(\/[A-Za-z0-9._-]+)?$/, { message: 'username is none' })
  username?: string;

  @ValidateIf(({ identity, username }: SourcePersonBody) => username === undefined || identity !== undefined)
  @IsDefined()
  @ValidateNested()
  @Type(() => SourceIdentity)
  identity?: SourceIdentity;
}

/** All that holds of it from now on, in place of what was reported before. */
export class ReportSourceBody {
  @IsIn(visibilities)
  visibility!: SourceVisibility;

  /** Everybody who has a role there. Who is not of the organization gets nothing by it. */
  @IsArray()
  @ArrayMaxSize(maxPeople)
  @ValidateNested({ each: true })
  @Type(() => SourcePersonBody)
  people!: SourcePersonBody[];

  /** The forge's own id of it: packages that know another one are linked to something else. */
  @MayBeAbsent()
  @IsString()
  @Length(1, 100)
  @Matches(storableText)
  repositoryId?: string;
}

export function peopleIn({ people }: ReportSourceBody): SourcePerson[] {
  return people.map(({ role, username, identity }) =>
    identity === undefined
      ? { role, username: (username ?? '').toLowerCase() }
      : { role, identity: { provider: identity.provider, subject: identity.subject } },
  );
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
