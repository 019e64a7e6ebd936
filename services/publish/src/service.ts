import { problemDialect } from '@waybill/edge';
import { defineService } from '@waybill/service-host';
import { PublishModule } from './app.module.js';
import { config } from './config.js';
import { database } from './database/database.js';

export const service = defineService({
  name: 'publish',
  config,
  module: () => PublishModule,
  database,
  // Read models are rebuilt from it.
  sentEventsKept: 'forever',
  edge: {
    prefixes: [
      '/api/v1/findings/',
      '/api/v1/held-releases/',
      '/api/v1/jobs/',
      '/api/v1/namespaces/',
      '/api/v1/packages/',
      '/api/v1/releases/',
      '/api/v1/repositories/',
      '/api/v1/source-repositories/',
      '/api/v1/staged-releases/',
      '/api/v1/stats/',
      '/api/v1/transfers/',
    ],
    credentials: [{ kind: 'bearer' }, { kind: 'session-cookie' }],
    challenge: 'Bearer realm="Waybill"',
    dialect: problemDialect,
  },
});
