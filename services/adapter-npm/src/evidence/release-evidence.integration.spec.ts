import { randomUUID } from 'node:crypto';
import type { ReleaseFacts } from '@waybill/contracts';
import { packageAggregate, releasePublished, repositoryCreated } from '@waybill/contracts';
import type { PublisherId, UserId } from '@waybill/domain';
import { eventually } from '@waybill/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ofReleaseWorkflow } from '../../test/principals.js';
import { startAdapter, type RunningAdapter } from '../../test/running-adapter.js';
import { ReleaseEvidence1765501000701 } from '../database/1765501000701-release-evidence.migration.js';

const publisherId = randomUUID() as PublisherId;
const evidence: Partial<ReleaseFacts> = {
  trustedPublisher: { publisherId, path: ofReleaseWorkflow },
  approvals: [{ username: 'bob', userId: randomUUID() as UserId, at: '2026-11-20T10:00:00.000Z' }],
};
const shown = {
  name: 'GitHub Actions',
  trustedPublisher: { id: 'github', oidcConfigId: `oidc:${publisherId}` },
  approver: { name: 'bob', email: '' },
};

let adapter: RunningAdapter;

beforeAll(async () => {
  adapter = await startAdapter();
  const { public: main } = adapter.repositories;
  await adapter.emit(repositoryCreated, { aggregate: main.repositoryId, version: 1, data: main });
});

afterAll(() => adapter.stop());

async function publish(name: string, version: string, aggregateVersion: number, change: Partial<ReleaseFacts>) {
  const { public: main } = adapter.repositories;
  const release = await adapter.release(main, { name, version }, { tags: ['latest'], ...change });
  const aggregate = packageAggregate(main.repositoryId, release.packagePurl);
  await adapter.emit(releasePublished, { aggregate, version: aggregateVersion, data: release });
  await eventually(async () => expect((await adapter.call(`/npm/main/${name}/${version}`)).status).toBe(200));
}

async function npmUsers(name: string): Promise<Record<string, unknown>> {
  const { versions } = (await adapter.call(`/npm/main/${name}`)).json() as {
    versions: Record<string, { _npmUser: unknown }>;
  };
  return Object.fromEntries(Object.entries(versions).map(([version, { _npmUser }]) => [version, _npmUser]));
}

describe('what speaks for a release', () => {
  it('is in its document, of the first release and of later ones', async () => {
    await publish('spoken', '1.0.0', 2, evidence);
    await publish('spoken', '1.1.0', 4, evidence);
    await publish('spoken', '1.2.0', 6, {});
    expect(await npmUsers('spoken')).toMatchObject({ '1.0.0': shown, '1.1.0': shown });
    expect((await npmUsers('spoken'))['1.2.0']).toEqual({ name: 'alice', email: '' });
    expect((await adapter.call('/npm/main/spoken/1.0.0')).json()['_npmUser']).toMatchObject(shown);
  });
});

describe('the migration to verified attestations', () => {
  it('shows no bundle any more that nobody has verified', async () => {
    await publish('older', '1.0.0', 2, {});
    const runner = adapter.dataSource.createQueryRunner();
    const migration = new ReleaseEvidence1765501000701();
    await migration.down(runner);
    await runner.query(
      `UPDATE releases SET attestations = '[{"predicateType":"x","digest":"sha256:00","sizeBytes":1}]' WHERE purl = 'pkg:npm/older'`,
    );
    await migration.up(runner);
    await runner.release();
    const addresses = `SELECT DISTINCT repository_url AS url FROM packuments WHERE purl = 'pkg:npm/older'`;
    expect(await adapter.dataSource.query(addresses)).toEqual([{ url: '' }]);
    expect(JSON.stringify((await adapter.call('/npm/main/older')).json())).not.toContain('attestations');
    expect(await adapter.dataSource.query(addresses)).toEqual([{ url: 'https://packages.example/npm/main' }]);
  });
});
