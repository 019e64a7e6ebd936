import type { Digest, PackagePurl, RepositoryId } from '@waybill/domain';
import { Column, Entity, PrimaryColumn } from 'typeorm';

export const packumentForms = ['full', 'abbreviated'] as const;
/** `full`: `application/json`; `abbreviated`: `application/vnd.npm.install-v1+json`. */
export type PackumentForm = (typeof packumentForms)[number];

/** A document ready to serve. Small ones are in the row, others in the object store. */
@Entity({ name: 'packuments' })
export class PackumentEntity {
  @PrimaryColumn('uuid', { name: 'repository_id', primaryKeyConstraintName: 'packuments_pkey' })
  repositoryId!: RepositoryId;

  @PrimaryColumn('text', { primaryKeyConstraintName: 'packuments_pkey' })
  purl!: PackagePurl;

  @PrimaryColumn('text', { primaryKeyConstraintName: 'packuments_pkey' })
  form!: PackumentForm;

  /** The address that its tarball URLs start with. */
  @Column('text', { name: 'repository_url' })
  repositoryUrl!: string;

  @Column('text')
  etag!: string;

  @Column('timestamptz', { name: 'modified_at' })
  modifiedAt!: Date;

  @Column('bytea', { nullable: true })
  body!: Buffer | null;

  @Column('text', { name: 'blob_digest', nullable: true })
  blobDigest!: Digest | null;

  @Column('bigint', { name: 'size_bytes', transformer: { to: (value: number) => value, from: Number } })
  sizeBytes!: number;
}
