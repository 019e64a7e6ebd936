import { Module } from '@nestjs/common';
import { DownloadsAgeing } from './downloads/downloads.ageing.js';
import { DownloadsIndexing } from './downloads/downloads.indexing.js';
import { DownloadsRepository } from './downloads/downloads.repository.js';
import { PackageDocuments } from './packages/package-documents.js';
import { PackageMoveRepository } from './packages/package-move.repository.js';
import { PackageRepository } from './packages/package.repository.js';
import { ReleaseRepository } from './packages/release.repository.js';
import { DownloadsProjection } from './projection/downloads.projection.js';
import { PackageProjection } from './projection/package.projection.js';
import { ReadModelRebuild } from './projection/read-model.rebuild.js';
import { RebuildRepository } from './projection/rebuild.repository.js';
import { RepositoryProjection } from './projection/repository.projection.js';
import { SearchMessageController } from './query/search.message.controller.js';
import { SearchService } from './query/search.service.js';
import { RepositoryRepository } from './repositories/repository.repository.js';
import { PostgresSearchIndexRepository } from './search-index/postgres-search-index.repository.js';
import { SEARCH_INDEX } from './search-index/search-index.js';

@Module({
  controllers: [SearchMessageController],
  providers: [
    { provide: SEARCH_INDEX, useClass: PostgresSearchIndexRepository },
    RepositoryRepository,
    PackageMoveRepository,
    PackageRepository,
    ReleaseRepository,
    PackageDocuments,
    DownloadsRepository,
    RebuildRepository,
    RepositoryProjection,
    PackageProjection,
    DownloadsProjection,
    DownloadsAgeing,
    DownloadsIndexing,
    ReadModelRebuild,
    SearchService,
  ],
})
export class SearchModule {}
