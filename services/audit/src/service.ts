import { problemDialect } from '@waybill/edge';
import { defineService } from '@waybill/service-host';
import { AuditServiceModule } from './app.module.js';
import { config } from './config.js';
import { database } from './database/database.js';

export const service = defineService({
  name: 'audit',
  config,
  module: () => AuditServiceModule,
  database,
  edge: {
    prefixes: ['/api/v1/audit/'],
    credentials: [{ kind: 'bearer' }, { kind: 'session-cookie' }],
    challenge: 'Bearer realm="Waybill"',
    dialect: problemDialect,
  },
});
