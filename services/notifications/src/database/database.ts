import { AuditEventEntity, AuditEvents1765400000100 } from '@waybill/audit';
import { IdempotencyKeyEntity, IdempotencyKeysMigration } from '@waybill/management-api';
import { OutboxEntity, OutboxMigration } from '@waybill/messaging';
import type { DatabaseDefinition } from '@waybill/persistence';
import { DeliveryAttemptEntity } from '../deliveries/delivery-attempt.entity.js';
import { DeliveryEntity } from '../deliveries/delivery.entity.js';
import { CircuitEntity } from '../dispatch/circuit.entity.js';
import { MailEntity } from '../mail/mail.entity.js';
import { OrganizationEntity } from '../organizations/organization.entity.js';
import { RebuildEntity } from '../projection/rebuild.entity.js';
import { RepositoryEntity } from '../repositories/repository.entity.js';
import { SigningSecretEntity } from '../signing-secrets/signing-secret.entity.js';
import { WebhookEntity } from '../webhooks/webhook.entity.js';
import { Webhooks1765400000201 } from './1765400000201-webhooks.migration.js';
import { Mails1765400000202 } from './1765400000202-mails.migration.js';

export const database: DatabaseDefinition = {
  schema: 'notifications',
  entities: [
    AuditEventEntity,
    CircuitEntity,
    DeliveryAttemptEntity,
    DeliveryEntity,
    IdempotencyKeyEntity,
    MailEntity,
    OrganizationEntity,
    OutboxEntity,
    RebuildEntity,
    RepositoryEntity,
    SigningSecretEntity,
    WebhookEntity,
  ],
  migrations: [
    OutboxMigration('notifications'),
    AuditEvents1765400000100,
    IdempotencyKeysMigration('notifications'),
    Webhooks1765400000201,
    Mails1765400000202,
  ],
};
