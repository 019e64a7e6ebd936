import type { DatabaseDefinition } from '@waybill/persistence';
import { DistTagEntity } from '../dist-tags/dist-tag.entity.js';
import { PackageEntity } from '../packument/package.entity.js';
import { PackumentEntity } from '../packument/packument.entity.js';
import { ReleaseEntity } from '../releases/release.entity.js';
import { RepositoryEntity } from '../repositories/repository.entity.js';
import { SigningKeyEntity } from '../signing-keys/signing-key.entity.js';
import { ReadModel1700000000000 } from './1700000000000-read-model.migration.js';
import { SigningKeys1764200000011 } from './1764200000011-signing-keys.migration.js';

export const database: DatabaseDefinition = {
  schema: 'adapter_npm',
  entities: [RepositoryEntity, PackageEntity, ReleaseEntity, DistTagEntity, PackumentEntity, SigningKeyEntity],
  migrations: [ReadModel1700000000000, SigningKeys1764200000011],
};
