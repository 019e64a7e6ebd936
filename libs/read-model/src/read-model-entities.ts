import { CountedBatchEntity } from './downloads/counted-batch.entity.js';
import { DailyDownloadsEntity } from './downloads/daily-downloads.entity.js';
import { PackageMoveEntity } from './package-moves/package-move.entity.js';
import { ReleaseMarkEntity } from './releases/release-mark.entity.js';
import { RepositoryEntity } from './repositories/repository.entity.js';

/** The entities of every read model, for the list of a service, which adds its own of `PackageRow` and `ReleaseRow`. */
export const readModelEntities = [
  RepositoryEntity,
  PackageMoveEntity,
  ReleaseMarkEntity,
  DailyDownloadsEntity,
  CountedBatchEntity,
];
