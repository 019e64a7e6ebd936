import { defineService } from '@waybill/service-host';
import { AdapterNpmModule } from './app.module.js';
import { config } from './config.js';
import { database } from './database/database.js';
import { canonicalTarget } from './names/canonical-target.js';
import { npmDialect } from './npm-error.js';

export const service = defineService({
  name: 'adapter-npm',
  config,
  module: () => AdapterNpmModule,
  database,
  edge: {
    prefixes: ['/npm/', '/api/v1/npm/'],
    credentials: [{ kind: 'bearer' }, { kind: 'basic-password' }],
    dialect: npmDialect,
    canonicalTarget,
    snippets: [
      {
        client: 'npm, pnpm, yarn classic, bun',
        text: 'npm config set registry $url/npm/main/\nnpm login\nnpm publish',
      },
      {
        client: 'yarn berry',
        text: 'yarn config set npmRegistryServer $url/npm/main/\nyarn npm login\nyarn npm publish',
      },
    ],
  },
});
