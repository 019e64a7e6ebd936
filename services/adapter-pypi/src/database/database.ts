import { AuditEventEntity, AuditEvents1765400000100 } from '@waybill/audit';
import { OutboxEntity, OutboxMigration } from '@waybill/messaging';
import type { DatabaseDefinition } from '@waybill/persistence';
import { readModelEntities, ReadModelMigration } from '@waybill/read-model';
import { DistributionFileEntity } from '../files/distribution-file.entity.js';
import { ProjectEntity } from '../projects/project.entity.js';
import { PageEntity } from '../simple/page.entity.js';
import { FilesAndPages1765600000001 } from './1765600000001-files-and-pages.migration.js';

export const database: DatabaseDefinition = {
  schema: 'adapter_pypi',
  entities: [...readModelEntities, ProjectEntity, DistributionFileEntity, PageEntity, AuditEventEntity, OutboxEntity],
  migrations: [
    AuditEvents1765400000100,
    OutboxMigration('adapter_pypi'),
    ReadModelMigration('adapter_pypi'),
    FilesAndPages1765600000001,
  ],
};
