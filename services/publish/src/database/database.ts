import { IdempotencyKeyEntity, IdempotencyKeysMigration } from '@waybill/management-api';
import { AuditEventEntity } from '@waybill/audit';
import { OutboxEntity, OutboxMigration } from '@waybill/messaging';
import type { DatabaseDefinition } from '@waybill/persistence';
import { ArtifactEntity } from '../artifacts/artifact.entity.js';
import { BackgroundRunEntity } from '../collector/background-run.entity.js';
import { CountedDownloadsEntity } from '../downloads/counted-downloads.entity.js';
import { PackageDownloadsEntity } from '../downloads/package-downloads.entity.js';
import { FindingEntity } from '../findings/finding.entity.js';
import { NamespaceEntity } from '../namespaces/namespace.entity.js';
import { OrganizationEntity } from '../organizations/organization.entity.js';
import { PackageDeletionEntity } from '../package-deletions/package-deletion.entity.js';
import { PackageMoveEntity } from '../package-transfers/package-move.entity.js';
import { PackageEntity } from '../packages/package.entity.js';
import { ReleasePolicyEntity } from '../release-policies/release-policy.entity.js';
import { ReleaseEntity } from '../releases/release.entity.js';
import { RepositoryEntity } from '../repositories/repository.entity.js';
import { RepositoryTombstoneEntity } from '../repositories/repository-tombstone.entity.js';
import { SourceLinkEntity } from '../source-links/source-link.entity.js';
import { SourceRepositoryEntity } from '../source-repositories/source-repository.entity.js';
import { StagedApprovalEntity } from '../staged-releases/staged-approval.entity.js';
import { TagEntity } from '../tags/tag.entity.js';
import { TransferEntity } from '../transfers/transfer.entity.js';
import { Registry1763700000001 } from './1763700000001-registry.migration.js';
import { NamedPackages1763700000004 } from './1763700000004-named-packages.migration.js';
import { WaitingReleases1763700000005 } from './1763700000005-waiting-releases.migration.js';
import { PackageLife1764200000031 } from './1764200000031-package-life.migration.js';
import { AuditOfOrganizations1765400000102 } from './1765400000102-audit-of-organizations.migration.js';
import { PackagesForPeople1765400000801 } from './1765400000801-packages-for-people.migration.js';
import { Findings1765400000804 } from './1765400000804-findings.migration.js';
import { RepositoryLife1765400000701 } from './1765400000701-repository-life.migration.js';
import { BackgroundRuns1765401000403 } from './1765401000403-background-runs.migration.js';
import { ReleasePolicies1765501000401 } from './1765501000401-release-policies.migration.js';
import { ReleasePaths1765501000001 } from './1765501000001-release-paths.migration.js';
import { StagedReleases1765501000601 } from './1765501000601-staged-releases.migration.js';
import { Staging1765502000201 } from './1765502000201-staging.migration.js';
import { ComparedReleases1765502000301 } from './1765502000301-compared-releases.migration.js';
import { PackageDownloads1765401000402 } from './1765401000402-package-downloads.migration.js';
import { ForgeProofs1765401000401 } from './1765401000401-forge-proofs.migration.js';
import { SourcePlaces1765401000304 } from './1765401000304-source-places.migration.js';
import { SourceRepositories1765401000303 } from './1765401000303-source-repositories.migration.js';
import { PackageOffers1765401000302 } from './1765401000302-package-offers.migration.js';
import { RepositoryTombstones1765401000301 } from './1765401000301-repository-tombstones.migration.js';

export const database: DatabaseDefinition = {
  schema: 'publish',
  entities: [
    ArtifactEntity,
    AuditEventEntity,
    BackgroundRunEntity,
    CountedDownloadsEntity,
    IdempotencyKeyEntity,
    NamespaceEntity,
    OrganizationEntity,
    FindingEntity,
    OutboxEntity,
    PackageDeletionEntity,
    PackageDownloadsEntity,
    PackageEntity,
    PackageMoveEntity,
    ReleaseEntity,
    ReleasePolicyEntity,
    RepositoryEntity,
    RepositoryTombstoneEntity,
    SourceLinkEntity,
    SourceRepositoryEntity,
    StagedApprovalEntity,
    TagEntity,
    TransferEntity,
  ],
  migrations: [
    OutboxMigration('publish'),
    Registry1763700000001,
    NamedPackages1763700000004,
    WaitingReleases1763700000005,
    PackageLife1764200000031,
    AuditOfOrganizations1765400000102,
    IdempotencyKeysMigration('publish'),
    PackagesForPeople1765400000801,
    Findings1765400000804,
    RepositoryLife1765400000701,
    RepositoryTombstones1765401000301,
    PackageOffers1765401000302,
    SourceRepositories1765401000303,
    SourcePlaces1765401000304,
    ForgeProofs1765401000401,
    PackageDownloads1765401000402,
    BackgroundRuns1765401000403,
    ReleasePaths1765501000001,
    ReleasePolicies1765501000401,
    StagedReleases1765501000601,
    Staging1765502000201,
    ComparedReleases1765502000301,
  ],
};
