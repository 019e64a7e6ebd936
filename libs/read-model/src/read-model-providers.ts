import type { Provider, Type } from '@nestjs/common';
import { DownloadCountsRepository } from './downloads/download-counts.repository.js';
import { DownloadsProjection } from './downloads/downloads.projection.js';
import { ChangeWait } from './news/change-wait.js';
import { ProjectionNews } from './news/projection-news.js';
import { SettlementService } from './news/settlement.service.js';
import { PackageMoveRepository } from './package-moves/package-move.repository.js';
import { PackageMoves } from './package-moves/package-moves.js';
import { PackageChanges } from './packages/package-changes.js';
import type { PackageDocuments, PackageTags } from './packages/package-documents.js';
import { PACKAGE_DOCUMENTS, PACKAGE_TAGS } from './packages/package-documents.js';
import { PackageSettingsProjection } from './packages/package-settings.projection.js';
import { PackageRepository } from './packages/package.repository.js';
import type { ReadModelOptions } from './read-model-options.js';
import { READ_MODEL } from './read-model-options.js';
import { ReadModelRebuild } from './read-model.rebuild.js';
import { ReleaseMarkRepository } from './releases/release-mark.repository.js';
import { ReleaseMarksProjection } from './releases/release-marks.projection.js';
import { ReleaseOutcomeRepository } from './releases/release-outcome.repository.js';
import { ReadableRepositoryService } from './repositories/readable-repository.service.js';
import { RepositoryProjection } from './repositories/repository.projection.js';
import { RepositoryRepository } from './repositories/repository.repository.js';

/** What the ecosystem adds: both are providers of the service's own module. */
export interface ReadModelParts {
  readonly documents: Type<PackageDocuments<never, never>>;
  /** Where it has tags. */
  readonly tags?: Type<PackageTags>;
}

/** Everything of a read model that is the same in all ecosystems, for the providers of a service's module. */
export function readModelProviders(options: ReadModelOptions, { documents, tags }: ReadModelParts): Provider[] {
  return [
    { provide: READ_MODEL, useValue: options },
    { provide: PACKAGE_DOCUMENTS, useExisting: documents },
    ...(tags === undefined ? [] : [{ provide: PACKAGE_TAGS, useExisting: tags }]),
    RepositoryRepository,
    RepositoryProjection,
    ReadableRepositoryService,
    PackageRepository,
    PackageChanges,
    PackageSettingsProjection,
    PackageMoveRepository,
    PackageMoves,
    ReleaseOutcomeRepository,
    ReleaseMarkRepository,
    ReleaseMarksProjection,
    DownloadCountsRepository,
    DownloadsProjection,
    ProjectionNews,
    ChangeWait,
    SettlementService,
    ReadModelRebuild,
  ];
}
