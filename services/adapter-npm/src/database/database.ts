import { AuditEventEntity } from '@waybill/audit';
import { IdempotencyKeyEntity, IdempotencyKeysMigration } from '@waybill/management-api';
import { OutboxEntity, OutboxMigration } from '@waybill/messaging';
import type { DatabaseDefinition } from '@waybill/persistence';
import { readModelEntities } from '@waybill/read-model';
import { DistTagEntity } from '../dist-tags/dist-tag.entity.js';
import { PackageEntity } from '../packument/package.entity.js';
import { PackumentEntity } from '../packument/packument.entity.js';
import { PackageOwnerEntity } from '../owners/package-owner.entity.js';
import { ReleaseEntity } from '../releases/release.entity.js';
import { SigningKeyEntity } from '../signing-keys/signing-key.entity.js';
import { StarEntity } from '../star/star.entity.js';
import { ReadModel1700000000000 } from './1700000000000-read-model.migration.js';
import { SigningKeys1764200000011 } from './1764200000011-signing-keys.migration.js';
import { Downloads1764200000012 } from './1764200000012-downloads.migration.js';
import { PackageLife1764200000021 } from './1764200000021-package-life.migration.js';
import { ReadmeApart1764200000022 } from './1764200000022-readme-apart.migration.js';
import { Audit1764200000023 } from './1764200000023-audit.migration.js';
import { AuditOfOrganizations1765400000103 } from './1765400000103-audit-of-organizations.migration.js';
import { PackagesForPeople1765400000802 } from './1765400000802-packages-for-people.migration.js';
import { DeletedRepositories1765400000702 } from './1765400000702-deleted-repositories.migration.js';
import { ReleaseEvidence1765501000701 } from './1765501000701-release-evidence.migration.js';
import { YankedMarks1765502000401 } from './1765502000401-yanked-marks.migration.js';

export const database: DatabaseDefinition = {
  schema: 'adapter_npm',
  entities: [
    ...readModelEntities,
    PackageEntity,
    ReleaseEntity,
    DistTagEntity,
    PackumentEntity,
    SigningKeyEntity,
    PackageOwnerEntity,
    StarEntity,
    AuditEventEntity,
    OutboxEntity,
    IdempotencyKeyEntity,
  ],
  migrations: [
    ReadModel1700000000000,
    SigningKeys1764200000011,
    Downloads1764200000012,
    PackageLife1764200000021,
    ReadmeApart1764200000022,
    Audit1764200000023,
    OutboxMigration('adapter_npm'),
    AuditOfOrganizations1765400000103,
    IdempotencyKeysMigration('adapter_npm'),
    PackagesForPeople1765400000802,
    DeletedRepositories1765400000702,
    ReleaseEvidence1765501000701,
    YankedMarks1765502000401,
  ],
};
