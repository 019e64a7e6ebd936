import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A key of this installation. The one without `expiresAt` signs; the others stay, since what they signed stays. */
@Entity({ name: 'signing_keys' })
@Index('signing_keys_current_key', ['keyType'], { unique: true, where: 'expires_at IS NULL' })
export class SigningKeyEntity {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'signing_keys_pkey' })
  keyid!: string;

  @Column('text', { name: 'key_type' })
  keyType!: string;

  /** SubjectPublicKeyInfo in DER. */
  @Column('bytea', { name: 'public_key' })
  publicKey!: Buffer;

  /** See `Seal` of @waybill/sealing. */
  @Column('bytea', { name: 'sealed_private_key' })
  sealedPrivateKey!: Buffer;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;

  /** What was published later than this is not signed by it. */
  @Column('timestamptz', { name: 'expires_at', nullable: true })
  expiresAt!: Date | null;
}
