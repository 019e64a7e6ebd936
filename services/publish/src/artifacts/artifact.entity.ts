import type { Digest, ReleaseId } from '@waybill/domain';
import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { ReleaseEntity } from '../releases/release.entity.js';

/** A file of a release; its bytes are in the object store under their sha256. */
@Entity({ name: 'artifacts' })
@Index('artifacts_sha256_idx', ['sha256'])
export class ArtifactEntity {
  @PrimaryColumn('uuid', { name: 'release_id', primaryKeyConstraintName: 'artifacts_pkey' })
  @ForeignKey(() => ReleaseEntity, { name: 'artifacts_release_fkey' })
  releaseId!: ReleaseId;

  @PrimaryColumn('text', { primaryKeyConstraintName: 'artifacts_pkey' })
  filename!: string;

  @Column('text')
  role!: string;

  @Column('text', { name: 'media_type' })
  mediaType!: string;

  @Column('bigint', { name: 'size_bytes', transformer: { to: (value: number) => value, from: Number } })
  sizeBytes!: number;

  @Column('text')
  sha256!: Digest;

  @Column('text', { nullable: true })
  sha1!: Digest | null;

  @Column('text', { nullable: true })
  sha512!: Digest | null;
}
