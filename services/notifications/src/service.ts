import { problemDialect } from '@waybill/edge';
import { defineService } from '@waybill/service-host';
import { NotificationsModule } from './app.module.js';
import { config } from './config.js';
import { database } from './database/database.js';

export const service = defineService({
  name: 'notifications',
  config,
  module: () => NotificationsModule,
  database,
  edge: {
    prefixes: ['/api/v1/webhooks/'],
    credentials: [{ kind: 'bearer' }, { kind: 'session-cookie' }],
    challenge: 'Bearer realm="Waybill"',
    dialect: problemDialect,
  },
});
