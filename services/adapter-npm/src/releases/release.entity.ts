import type { Digest } from '@waybill/domain';
import { ReleaseRow } from '@waybill/read-model';
import { Column, Entity, Index } from 'typeorm';
import type { ReleaseAttestation } from '../attestations/release-attestation.js';
import type { VersionFacts } from './version-facts.js';
import type { PackageJson } from '../publish/package-json.js';
import type { ReleaseSignature } from '../signing-keys/signing-key.rules.js';

@Entity({ name: 'releases' })
@Index('releases_package_idx', ['repositoryId', 'purl', 'version'])
@Index('releases_unsigned_idx', ['repositoryId', 'purl'], { where: 'signatures IS NULL' })
export class ReleaseEntity extends ReleaseRow {
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

  /** Null for what was projected before this installation had keys; signed at the next start. */
  @Column('jsonb', { nullable: true })
  signatures!: ReleaseSignature[] | null;

  /** Verified ones; null as `signatures`. */
  @Column('jsonb', { nullable: true })
  attestations!: ReleaseAttestation[] | null;
}
