import type { DatabaseDefinition } from '@waybill/persistence';
import { CountedDownloadsEntity } from '../downloads/counted-downloads.entity.js';
import { DownloadsEntity } from '../downloads/downloads.entity.js';
import { PackageMoveEntity } from '../packages/package-move.entity.js';
import { PackageEntity } from '../packages/package.entity.js';
import { ReleaseEntity } from '../packages/release.entity.js';
import { RebuildEntity } from '../projection/rebuild.entity.js';
import { RepositoryEntity } from '../repositories/repository.entity.js';
import { Documents1764200000001 } from './1764200000001-documents.migration.js';
import { DeletedRepositories1765400000703 } from './1765400000703-deleted-repositories.migration.js';
import { PackagesForPeople1765400000803 } from './1765400000803-packages-for-people.migration.js';

/** The table `documents` has no entity: TypeORM knows no generated tsvector, and one driver of the index is its only user. */
export const database: DatabaseDefinition = {
  schema: 'search',
  entities: [
    RepositoryEntity,
    PackageEntity,
    PackageMoveEntity,
    ReleaseEntity,
    DownloadsEntity,
    CountedDownloadsEntity,
    RebuildEntity,
  ],
  migrations: [Documents1764200000001, DeletedRepositories1765400000703, PackagesForPeople1765400000803],
};
