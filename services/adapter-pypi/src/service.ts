import { defineService } from '@waybill/service-host';
import { AdapterPypiModule } from './app.module.js';
import { canonicalTarget } from './canonical-target.js';
import { config } from './config.js';
import { database } from './database/database.js';
import { pypiDialect } from './pypi-error.js';

export const service = defineService({
  name: 'adapter-pypi',
  config,
  module: () => AdapterPypiModule,
  database,
  edge: {
    prefixes: ['/pypi/', '/_/oidc/'],
    // uv and poetry know tokens only as the password of `__token__`; the official action's token travels like that too.
    credentials: [{ kind: 'basic-password' }, { kind: 'bearer' }],
    // pip and uv look for credentials when they are asked for some, and not before.
    challenge: 'Basic realm="Waybill", charset="UTF-8"',
    dialect: pypiDialect,
    canonicalTarget,
    dropsLastSlash: true,
  },
});
