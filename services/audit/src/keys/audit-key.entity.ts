import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A key of this installation that checkpoints are signed with. The one that is not retired signs; what others signed stays. */
@Entity({ name: 'audit_keys' })
@Index('audit_keys_current_key', ['algorithm'], { unique: true, where: 'retired_at IS NULL' })
export class AuditKeyEntity {
  /** As it stands in the notes that it signs. */
  @PrimaryColumn('text', { primaryKeyConstraintName: 'audit_keys_pkey' })
  name!: string;

  @Column('text')
  algorithm!: string;

  /** `name+hash+key` (C2SP signed-note). */
  @Column('text', { name: 'public_key' })
  publicKey!: string;

  /** See `Seal` of @waybill/sealing. */
  @Column('bytea', { name: 'sealed_private_key' })
  sealedPrivateKey!: Buffer;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'retired_at', nullable: true })
  retiredAt!: Date | null;

  /** That the key signs, and since when, signed by the one before it; null for one of before, until it is signed. */
  @Column('text', { nullable: true })
  endorsement!: string | null;
}
