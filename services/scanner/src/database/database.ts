import { OutboxEntity, OutboxMigration } from '@waybill/messaging';
import type { DatabaseDefinition } from '@waybill/persistence';
import { ScanEntity } from '../scans/scan.entity.js';
import { Scans1763700000002 } from './1763700000002-scans.migration.js';

export const database: DatabaseDefinition = {
  schema: 'scanner',
  entities: [OutboxEntity, ScanEntity],
  migrations: [OutboxMigration('scanner'), Scans1763700000002],
};
