import { Module } from '@nestjs/common';
import { PackageRepository } from '../packages/package.repository.js';
import { RepositoryRepository } from '../repositories/repository.repository.js';
import { TagRepository } from '../tags/tag.repository.js';
import { ReleaseEvents } from './release-events.js';
import { ReleaseLock } from './release-lock.js';
import { ReleaseRepository } from './release.repository.js';

const stores = [RepositoryRepository, PackageRepository, ReleaseRepository, ReleaseLock, TagRepository, ReleaseEvents];

/** The tables, and the events that go with changing them. */
@Module({ providers: stores, exports: stores })
export class ReleaseStoreModule {}
