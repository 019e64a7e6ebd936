import type { Digest } from '@waybill/domain';
import { ReleaseRow } from '@waybill/read-model';
import { Column, Entity, Index } from 'typeorm';
import type { CoreMetadataJson, ShownMetadata } from './file-metadata.js';

const toNumber = {
  to: (value: number | null) => value,
  from: (value: string | null) => (value === null ? null : Number(value)),
};

/** One file of a version: what pages are built from, and why a held or rejected one is not in them. */
@Entity({ name: 'releases' })
@Index('releases_package_idx', ['repositoryId', 'purl', 'version'])
@Index('releases_filename_idx', ['repositoryId', 'purl', 'filename'])
export class DistributionFileEntity extends ReleaseRow {
  @Column('text')
  filename!: string;

  @Column('text', { name: 'file_digest' })
  fileDigest!: Digest;

  @Column('bigint', { name: 'file_bytes', transformer: toNumber })
  fileBytes!: number;

  @Column('text', { name: 'metadata_digest', nullable: true })
  metadataDigest!: Digest | null;

  @Column('bigint', { name: 'metadata_bytes', nullable: true, transformer: toNumber })
  metadataBytes!: number | null;

  @Column('jsonb')
  metadata!: ShownMetadata;

  /** Not loaded unless it is asked for: descriptions are long, and pages show none of it. */
  @Column('json', { name: 'core_metadata', select: false })
  coreMetadata?: CoreMetadataJson;
}
