import type { Digest, PackagePurl, RepositoryId } from '@waybill/domain';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { SimpleForm } from './simple-form.rules.js';

/** The page of a project in one form, ready to serve. Small ones are in the row, others in the object store. */
@Entity({ name: 'pages' })
export class PageEntity {
  @PrimaryColumn('uuid', { name: 'repository_id', primaryKeyConstraintName: 'pages_pkey' })
  repositoryId!: RepositoryId;

  @PrimaryColumn('text', { primaryKeyConstraintName: 'pages_pkey' })
  purl!: PackagePurl;

  @PrimaryColumn('text', { primaryKeyConstraintName: 'pages_pkey' })
  form!: SimpleForm;

  @Column('text')
  etag!: string;

  @Column('bytea', { nullable: true })
  body!: Buffer | null;

  @Column('text', { name: 'blob_digest', nullable: true })
  blobDigest!: Digest | null;

  @Column('bigint', { name: 'size_bytes', transformer: { to: (value: number) => value, from: Number } })
  sizeBytes!: number;
}
