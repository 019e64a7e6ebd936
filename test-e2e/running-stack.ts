import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import type { Admin } from './waybill-process.js';
import { startWaybill } from './waybill-process.js';

declare module 'vitest' {
  export interface ProvidedContext {
    waybill: Admin;
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
  const waybill = await startWaybill();
  project.provide('waybill', waybill.admin);
  return () => waybill.dispose();
}
