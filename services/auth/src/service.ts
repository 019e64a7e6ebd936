import { problemDialect } from '@waybill/edge';
import { defineService } from '@waybill/service-host';
import { AppModule } from './app.module.js';
import { authConfig } from './config.js';
import { authDatabase } from './database/auth-database.js';
import { journeyCookieName } from './single-sign-on/journey.js';

export const service = defineService({
  name: 'auth',
  config: authConfig,
  module: () => AppModule,
  database: authDatabase,
  edge: {
    prefixes: [
      '/api/v1/password-resets/',
      '/api/v1/invitations/',
      '/api/v1/email-verifications/',
      '/api/v1/account/',
      '/login/',
      '/api/v1/users/',
      '/api/v1/orgs/',
      '/api/v1/grants/',
      '/api/v1/tokens/',
      '/api/v1/trusted-publishers/',
      '/api/v1/deploy-tokens/',
      '/api/v1/leaked-tokens/',
      '/api/v1/token-report/',
      '/api/v1/session/',
      '/api/v1/sessions/',
      '/api/v1/web-logins/',
      '/api/v1/workspace/',
      '/api/v1/oidc/',
    ],
    credentials: [{ kind: 'bearer' }, { kind: 'session-cookie' }],
    cookies: [journeyCookieName],
    challenge: 'Bearer realm="Waybill"',
    dialect: problemDialect,
  },
});
