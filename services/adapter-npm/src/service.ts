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
    // The last two are at the root of the host, where npm and pnpm ask whatever the path of the registry is.
    prefixes: ['/npm/', '/api/v1/npm/', '/-/npm/v1/oidc/', '/-/package/'],
    credentials: [{ kind: 'bearer' }, { kind: 'basic-password' }],
    dialect: npmDialect,
    canonicalTarget,
    snippets: [
      {
        client: 'npm, pnpm, yarn classic, bun',
        text: [
          'npm config set registry $url/npm/main/ --location=project',
          'npm login',
          'npm publish',
          '# Run it in the folder of a package; it counts there alone. To undo it: npm config delete registry --location=project',
        ].join('\n'),
      },
      {
        client: 'yarn berry',
        text: [
          'yarn config set npmRegistryServer $url/npm/main/',
          'yarn npm login',
          'yarn npm publish',
          `# Where the address is http:, first: yarn config set unsafeHttpWhitelist --json '["<host>"]'`,
        ].join('\n'),
      },
    ],
  },
});
