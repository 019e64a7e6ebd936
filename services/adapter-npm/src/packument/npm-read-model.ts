import type { ReadModelOptions } from '@waybill/read-model';
import { npmNameIn } from '../names/npm-name.js';
import { PackageEntity } from './package.entity.js';

/** What npm's read model has besides that of all ecosystems. */
export const npmReadModel: ReadModelOptions = {
  service: 'adapter-npm',
  ecosystem: 'npm',
  nameIn: npmNameIn,
  packageEntity: PackageEntity,
  tables: ['packuments', 'dist_tags', 'package_owners', 'stars'],
  moves: {
    // Owners end (security.md T11), stars go along.
    statements: [
      `INSERT INTO dist_tags (repository_id, purl, tag, version, aggregate_version)
       SELECT $3::uuid, purl, tag, version, aggregate_version FROM dist_tags WHERE repository_id = $1 AND purl = $2
       ON CONFLICT ON CONSTRAINT dist_tags_pkey DO UPDATE
         SET version = excluded.version, aggregate_version = excluded.aggregate_version
         WHERE dist_tags.aggregate_version < excluded.aggregate_version`,
      `INSERT INTO stars (repository_id, purl, user_id, username, starred_at)
       SELECT $3::uuid, purl, user_id, username, starred_at FROM stars WHERE repository_id = $1 AND purl = $2
       ON CONFLICT ON CONSTRAINT stars_pkey DO NOTHING`,
    ],
    leftBehind: ['dist_tags', 'stars', 'package_owners', 'packuments'],
  },
};
