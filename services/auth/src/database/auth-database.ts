import { OutboxEntity, OutboxMigration } from '@waybill/messaging';
import type { DatabaseDefinition } from '@waybill/persistence';
import { AuditEventEntity } from '../audit/audit-event.entity.js';
import { MembershipEntity } from '../memberships/membership.entity.js';
import { OrganizationEntity } from '../organizations/organization.entity.js';
import { SessionEntity } from '../sessions/session.entity.js';
import { TokenEntity } from '../tokens/token.entity.js';
import { UserEntity } from '../users/user.entity.js';
import { CreateAccounts1763700000000 } from './create-accounts.migration.js';

export const authDatabase: DatabaseDefinition = {
  schema: 'auth',
  entities: [
    AuditEventEntity,
    MembershipEntity,
    OrganizationEntity,
    OutboxEntity,
    SessionEntity,
    TokenEntity,
    UserEntity,
  ],
  migrations: [OutboxMigration('auth'), CreateAccounts1763700000000],
};
