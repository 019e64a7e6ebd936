import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// Tests always run from the sources: the `waybill-source` condition of each package names them. `__vitest__` is the
// environment of the global setups; without the conditions there they would see the last build.
const conditions = ['waybill-source', 'module', 'node'];
const noExternal = [/^@waybill\//];
// Worker threads that a service starts are not Vitest's: Node runs their sources itself.
const execArgv = ['--import', fileURLToPath(new URL('libs/testing/src/typescript-sources.ts', import.meta.url))];
const shared = {
  resolve: { conditions },
  ssr: { noExternal, resolve: { conditions, externalConditions: ['node'] } },
  environments: { __vitest__: { resolve: { conditions, externalConditions: ['node'], noExternal } } },
};

export default defineConfig({
  ...shared,
  test: {
    fsModuleCache: false,
    projects: [
      {
        ...shared,
        test: {
          name: 'unit',
          include: ['libs/*/{src,test}/**/*.spec.ts', 'services/*/{src,test}/**/*.spec.ts', 'tools/**/*.spec.ts'],
          exclude: ['**/*.integration.spec.ts', '**/node_modules/**', '**/fixtures/**'],
          execArgv,
          testTimeout: 20_000,
        },
      },
      {
        ...shared,
        test: {
          name: 'integration',
          include: ['libs/*/{src,test}/**/*.integration.spec.ts', 'services/*/{src,test}/**/*.integration.spec.ts'],
          globalSetup: ['libs/testing/src/vitest-integration-setup.ts'],
          execArgv,
          testTimeout: 60_000,
          hookTimeout: 120_000,
          maxWorkers: 2,
        },
      },
      {
        ...shared,
        test: {
          name: 'e2e',
          include: ['test-e2e/**/*.e2e-spec.ts'],
          globalSetup: ['test-e2e/running-stack.ts'],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          maxWorkers: 2,
        },
      },
    ],
  },
});
