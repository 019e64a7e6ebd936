import { AuditEventEntity, AuditEvents1765400000100 } from '@waybill/audit';
import { OutboxEntity, OutboxMigration } from '@waybill/messaging';
import type { DatabaseDefinition } from '@waybill/persistence';
import { ChainEntryEntity } from '../chains/chain-entry.entity.js';
import { ChainEntity } from '../chains/chain.entity.js';
import { CheckpointEntity } from '../checkpoints/checkpoint.entity.js';
import { AuditKeyEntity } from '../keys/audit-key.entity.js';
import { OrganizationEntity } from '../organizations/organization.entity.js';
import { Chains1765400000110 } from './1765400000110-chains.migration.js';
import { EndorsedKeys1765402000110 } from './1765402000110-endorsed-keys.migration.js';

export const database: DatabaseDefinition = {
  schema: 'audit',
  entities: [
    AuditEventEntity,
    AuditKeyEntity,
    ChainEntity,
    ChainEntryEntity,
    CheckpointEntity,
    OrganizationEntity,
    OutboxEntity,
  ],
  migrations: [OutboxMigration('audit'), AuditEvents1765400000100, Chains1765400000110, EndorsedKeys1765402000110],
};
