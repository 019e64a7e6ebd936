import type { Digest, Finding, PackagePurl, ReleaseId, ReleaseState, RepositoryId } from '@waybill/domain';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { ReleaseAttestation } from '../attestations/release-attestation.js';
import type { ReleaseEvidence } from '../evidence/release-evidence.js';
import type { VersionFacts } from './version-facts.js';
import type { PackageJson } from '../publish/package-json.js';
import type { ReleaseSignature } from '../signing-keys/signing-key.rules.js';

/** A settled release: what packuments are built from, and why a held or rejected one is not in them. */
@Entity({ name: 'releases' })
@Index('releases_package_idx', ['repositoryId', 'purl', 'version'])
@Index('releases_unsigned_idx', ['repositoryId', 'purl'], { where: 'signatures IS NULL' })
export class ReleaseEntity {
  @PrimaryColumn('uuid', { name: 'release_id', primaryKeyConstraintName: 'releases_pkey' })
  releaseId!: ReleaseId;

  @Column('uuid', { name: 'repository_id' })
  repositoryId!: RepositoryId;

  @Column('text')
  purl!: PackagePurl;

  @Column('text')
  version!: string;

  @Column('text')
  state!: ReleaseState;

  /** The package.json, verbatim and in its own order (`json`, not `jsonb`). */
  @Column('json')
  manifest!: PackageJson;

  /** Without the readme. */
  @Column('jsonb')
  facts!: VersionFacts;

  /** Not loaded unless it is asked for: documents have one, of one version. */
  @Column('text', { nullable: true, select: false })
  readme?: string | null;

  @Column('text', { name: 'tarball_digest' })
  tarballDigest!: Digest;

  @Column('bigint', { name: 'tarball_bytes', transformer: { to: (value: number) => value, from: Number } })
  tarballBytes!: number;

  @Column('text', { name: 'published_by' })
  publishedBy!: string;

  @Column('timestamptz', { name: 'settled_at' })
  settledAt!: Date;

  @Column('jsonb')
  reasons!: Finding[];

  /** What its publisher says to whoever still uses it; null where the state is not `deprecated`. */
  @Column('text', { nullable: true })
  deprecation!: string | null;

  /** Null for what was projected before this installation had keys; signed at the next start. */
  @Column('jsonb', { nullable: true })
  signatures!: ReleaseSignature[] | null;

  /** Verified ones; null as `signatures`. */
  @Column('jsonb', { nullable: true })
  attestations!: ReleaseAttestation[] | null;

  /** Null where nothing speaks for it, and for what was projected before evidence was kept. */
  @Column('jsonb', { nullable: true })
  evidence!: ReleaseEvidence | null;

  @Column('integer', { name: 'aggregate_version' })
  aggregateVersion!: number;
}
