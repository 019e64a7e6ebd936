import type { RunningAdapter as AnyAdapter } from '@waybill/adapter-conformance';
import { startAdapter as startAny } from '@waybill/adapter-conformance';
import type { ReleaseFacts, RepositoryFacts } from '@waybill/contracts';
import type { PackageJson } from '../src/publish/package-json.js';
import { service } from '../src/service.js';
import { makeRelease } from './npm-release.js';

export { type Answer, type Call, externalUrl } from '@waybill/adapter-conformance';

/** adapter-npm as it runs, over a real database, bus and store; facts of `publish` are written to the bus by the test. */
export interface RunningAdapter extends AnyAdapter {
  /** A published release of that package.json, its tarball in the store. */
  release(repository: RepositoryFacts, manifest: PackageJson, change?: Partial<ReleaseFacts>): Promise<ReleaseFacts>;
}

export async function startAdapter(environment: Record<string, string> = {}): Promise<RunningAdapter> {
  const adapter = await startAny({
    service,
    environment: { WAYBILL_NPM_KEY_SECRET: 'the secret of the tests, long enough', ...environment },
  });
  return { ...adapter, release: (facts, manifest, change) => makeRelease(adapter.store, facts, manifest, change) };
}
