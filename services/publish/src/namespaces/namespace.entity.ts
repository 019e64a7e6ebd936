import type { OrganizationId } from '@waybill/domain';
import { Check, Column, Entity, Index, PrimaryColumn, Unique } from 'typeorm';
import type { NamespaceKind } from './namespace.rules.js';

/** A claim of an organization on names. It binds others once it is verified. */
@Entity({ name: 'namespaces' })
@Unique('namespaces_claim_key', ['organizationId', 'ecosystem', 'matchKey', 'exact'])
@Index('namespaces_match_idx', ['ecosystem', 'matchKey'])
@Check('namespaces_state_known', `state = ANY (ARRAY['pending'::text, 'verified'::text])`)
export class NamespaceEntity {
  @PrimaryColumn('uuid', { name: 'namespace_id', primaryKeyConstraintName: 'namespaces_pkey' })
  namespaceId!: string;

  @Column('uuid', { name: 'organization_id' })
  organizationId!: OrganizationId;

  /** The purl type: `npm`, `pypi`, … */
  @Column('text')
  ecosystem!: string;

  @Column('text')
  kind!: NamespaceKind;

  /** As its ecosystem writes it, normalised: `@acme`, `com.acme`, `acme.`. */
  @Column('text')
  pattern!: string;

  /** What names are compared with (`namespace.rules.ts`). */
  @Column('text', { name: 'match_key' })
  matchKey!: string;

  /** Whether it is one name, and not all that begin like this. */
  @Column('boolean')
  exact!: boolean;

  @Column('text')
  state!: 'pending' | 'verified';

  /** A domain whose control the claimant shows. */
  @Column('text', { nullable: true })
  domain!: string | null;

  /** What `_waybill-challenge.<domain>` is to say. Everybody can read it there: it is no secret. */
  @Column('text')
  challenge!: string;

  @Column('timestamptz', { name: 'domain_proven_at', nullable: true })
  domainProvenAt!: Date | null;

  /** The host of a forge where the claimant has shown to be `forgeOwner`. */
  @Column('text', { nullable: true })
  forge!: string | null;

  @Column('text', { name: 'forge_owner', nullable: true })
  forgeOwner!: string | null;

  /** Which owner that was, should the name pass to somebody else. */
  @Column('text', { name: 'forge_owner_id', nullable: true })
  forgeOwnerId!: string | null;

  @Column('timestamptz', { name: 'forge_proven_at', nullable: true })
  forgeProvenAt!: Date | null;

  @Column('timestamptz', { name: 'last_checked_at', nullable: true })
  lastCheckedAt!: Date | null;

  /** The actor, `dns` or `forge`. */
  @Column('text', { name: 'verified_by', nullable: true })
  verifiedBy!: string | null;

  @Column('timestamptz', { name: 'verified_at', nullable: true })
  verifiedAt!: Date | null;

  @Column('text', { name: 'claimed_by' })
  claimedBy!: string;

  @Column('timestamptz', { name: 'claimed_at' })
  claimedAt!: Date;

  /** Counts the events of this namespace. */
  @Column('integer')
  version!: number;
}
