import type { OrganizationId } from '@waybill/domain';
import { Check, Column, Entity, PrimaryColumn, Unique } from 'typeorm';
import type { Forge } from '../source-links/source-link.entity.js';
import type { SourceRole } from './source-roles.rules.js';

export type SourceVisibility = 'public' | 'internal' | 'private';

/** Somebody here: by username, or by who they are at the sign-in provider or the directory. */
export type SourcePerson = {
  readonly role: SourceRole;
} & (
  | { readonly username: string }
  | { readonly identity: { readonly provider: 'oidc' | 'ldap'; readonly subject: string } }
);

/** What an organization says of a source repository of its own: it holds for its packages that inherit from it (ADR 0050). */
@Entity({ name: 'source_repositories' })
@Unique('source_repositories_place_key', ['organizationId', 'place'])
@Check(
  'source_repositories_forge_known',
  `forge = ANY (ARRAY['github'::text, 'gitlab'::text, 'forgejo'::text, 'other'::text])`,
)
@Check(
  'source_repositories_visibility_known',
  `visibility = ANY (ARRAY['public'::text, 'internal'::text, 'private'::text])`,
)
export class SourceRepositoryEntity {
  @PrimaryColumn('uuid', { name: 'source_repository_id', primaryKeyConstraintName: 'source_repositories_pkey' })
  sourceRepositoryId!: string;

  @Column('uuid', { name: 'organization_id' })
  organizationId!: OrganizationId;

  /** `github:github.com/acme:left-pad`, in lower case: forges do not tell names apart by case. */
  @Column('text')
  place!: string;

  @Column('text')
  forge!: Forge;

  @Column('text')
  host!: string;

  @Column('text')
  owner!: string;

  @Column('text')
  name!: string;

  /** The forge's own id, where it was said: a link that knows one is to nothing else (security.md T8). */
  @Column('text', { name: 'forge_repository_id', nullable: true })
  forgeRepositoryId!: string | null;

  @Column('text')
  visibility!: SourceVisibility;

  @Column('jsonb')
  people!: SourcePerson[];

  @Column('text', { name: 'reported_by' })
  reportedBy!: string;

  @Column('timestamptz', { name: 'reported_at' })
  reportedAt!: Date;

  /** Counts its reports: its ETag. */
  @Column('integer')
  version!: number;
}
