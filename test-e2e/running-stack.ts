import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SigstoreAccess } from '@waybill/testing';
import { startSigstore, tempDir } from '@waybill/testing';
import type { TestProject } from 'vitest/node';
import type { Admin } from './waybill-process.js';
import { startWaybill } from './waybill-process.js';

declare module 'vitest' {
  export interface ProvidedContext {
    waybill: Admin;
    /** What the running Waybill trusts. */
    sigstore: SigstoreAccess;
  }
}

/** One running Waybill for all specs that don't break it; built first, so that no test sees a stale build. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const root = join(import.meta.dirname, '..');
  execFileSync(join(root, 'node_modules/.bin/turbo'), ['run', 'build', '--output-logs=errors-only'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1' },
  });
  const sigstore = await startSigstore();
  const directory = await tempDir('sigstore');
  const trustedRoot = join(directory.path, 'trusted_root.json');
  await writeFile(trustedRoot, sigstore.trustedRoot);
  const waybill = await startWaybill({
    environment: {
      WAYBILL_SIGSTORE_TRUST: trustedRoot,
      // Issuers of tests are on this machine.
      WAYBILL_OIDC_ALLOWED_NETWORKS: '127.0.0.1',
      WAYBILL_OIDC_ALLOW_HTTP: 'yes',
    },
  });
  project.provide('waybill', waybill.admin);
  project.provide('sigstore', sigstore.access);
  return async () => {
    await waybill.dispose();
    await sigstore.stop();
    await directory.dispose();
  };
}
