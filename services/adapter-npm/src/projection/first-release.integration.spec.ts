import { randomUUID } from 'node:crypto';
import type { ReleaseFacts } from '@waybill/contracts';
import { packageAggregate, packageOwnersChanged, releasePublished, repositoryCreated } from '@waybill/contracts';
import { UnitOfWork } from '@waybill/persistence';
import { PackageRepository } from '@waybill/read-model';
import { eventually } from '@waybill/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { RunningAdapter } from '../../test/running-adapter.js';
import { externalUrl, startAdapter } from '../../test/running-adapter.js';
import { PackageOwnerRepository } from '../owners/package-owner.repository.js';
import { PackumentProjector } from '../packument/packument.projector.js';
import type { PackageEntity } from '../packument/package.entity.js';
import { SigningKeyEntity } from '../signing-keys/signing-key.entity.js';
import { SigningKeysService } from '../signing-keys/signing-keys.service.js';
import { FirstReleaseProjection } from './first-release.projection.js';

let adapter: RunningAdapter;

beforeAll(async () => {
  adapter = await startAdapter();
  const { public: main } = adapter.repositories;
  await adapter.emit(repositoryCreated, { aggregate: main.repositoryId, version: 1, data: main });
});

afterEach(() => {
  vi.restoreAllMocks();
});

afterAll(async () => {
  await adapter.stop();
});

function releaseOf(name: string, version = '1.0.0', more: object = {}): Promise<ReleaseFacts> {
  return adapter.release(adapter.repositories.public, { name, version, ...more }, { tags: ['latest', 'next'] });
}

function tell(release: ReleaseFacts, version: number) {
  const aggregate = packageAggregate(release.repository.repositoryId, release.packagePurl);
  return adapter.emit(releasePublished, { aggregate, version, data: release });
}

function own(release: ReleaseFacts, username: string, version = 1) {
  const { repository, packagePurl } = release;
  const owners = [{ userId: randomUUID(), username, email: null }];
  const data = { repositoryId: repository.repositoryId, packagePurl, owners, changedBy: 'user:1' };
  const aggregate = packageAggregate(repository.repositoryId, packagePurl);
  return adapter.emit(packageOwnersChanged, { aggregate, version, data });
}

async function visible(name: string, version = '1.0.0'): Promise<void> {
  await eventually(async () => expect((await adapter.call(`/npm/main/${name}/${version}`)).status).toBe(200));
}

const documents = async (name: string) =>
  Promise.all(
    ['application/json', 'application/vnd.npm.install-v1+json'].map(async (accept) =>
      (await adapter.call(`/npm/main/${name}`, { headers: { accept } })).json(),
    ),
  );

/** Whether releases were projected without their package’s lock, in their order. */
function watch(): boolean[] {
  const first = adapter.app.get(FirstReleaseProjection, { strict: false });
  const project = first.project.bind(first);
  const outcomes: boolean[] = [];
  vi.spyOn(first, 'project').mockImplementation(async (...parameters) => {
    const outcome = await project(...parameters);
    outcomes.push(outcome);
    return outcome;
  });
  return outcomes;
}

describe('the first release of a package', () => {
  it('has the documents that it has when everything is read', async () => {
    const outcomes = watch();
    const release = await releaseOf('at-once', '1.0.0', { description: 'd', bin: { b: 'index.js' } });
    await tell(release, 2);
    await visible('at-once');
    expect(outcomes).toEqual([true]);
    const written = await documents('at-once');
    expect(written[0]).toMatchObject({ 'dist-tags': { latest: '1.0.0', next: '1.0.0' }, description: 'd' });
    const packages = adapter.app.get<PackageRepository<PackageEntity>>(PackageRepository, { strict: false });
    const key = { repositoryId: release.repository.repositoryId, purl: release.packagePurl };
    await adapter.app.get(UnitOfWork, { strict: false }).run(async (manager) => {
      const entity = await packages.lock(manager, key, 'at-once');
      await adapter.app.get(PackumentProjector, { strict: false }).rebuild(manager, entity, `${externalUrl}/npm/main`);
    });
    expect(await documents('at-once')).toEqual(written);
  });

  it('is the same when its event comes again', async () => {
    const release = await releaseOf('twice');
    await tell(release, 2);
    await visible('twice');
    const before = await documents('twice');
    const outcomes = watch();
    await tell(release, 2);
    await eventually(() => expect(outcomes).toEqual([false]));
    expect(await documents('twice')).toEqual(before);
  });

  it('is projected under the lock where something of its package was known before', async () => {
    const outcomes = watch();
    const release = await releaseOf('known');
    await own(release, 'owner');
    const { repositoryId } = release.repository;
    await eventually(async () =>
      expect(
        await adapter.dataSource.query('SELECT FROM packages WHERE repository_id = $1 AND purl = $2', [
          repositoryId,
          release.packagePurl,
        ]),
      ).toHaveLength(1),
    );
    await tell(release, 2);
    await visible('known');
    expect(outcomes).toEqual([false]);
    expect((await documents('known'))[0]).toMatchObject({ maintainers: [{ name: 'owner' }] });
  });

  it('is signed with the key that signs now, also when another replica has just made it', async () => {
    const keys = adapter.app.get(SigningKeysService, { strict: false });
    const rows = adapter.dataSource.getRepository(SigningKeyEntity);
    const [before] = await keys.list();
    const after = await keys.rotate({ actor: 'user:1', requestId: 'test' });
    // What this replica knows is the key before.
    vi.spyOn(keys, 'signaturesByLatestKey').mockImplementation(() => ({
      keyid: before!.keyid,
      signatures: [{ keyid: before!.keyid, sig: 'old' }],
    }));
    expect(await rows.countBy({ keyid: before!.keyid })).toBe(1);
    await tell(await releaseOf('rotated'), 2);
    await visible('rotated');
    const [full] = await documents('rotated');
    expect(full).toMatchObject({ versions: { '1.0.0': { dist: { signatures: [{ keyid: after.keyid }] } } } });
  });
});

describe('the first owner of a package', () => {
  it('who published it changes no document', async () => {
    const release = await releaseOf('owned');
    await tell(release, 2);
    await visible('owned');
    const before = await documents('owned');
    await own(release, release.publishedBy.username);
    await eventually(async () =>
      expect(
        await adapter.dataSource.query('SELECT owners_version FROM packages WHERE purl = $1', [release.packagePurl]),
      ).toEqual([{ owners_version: 1 }]),
    );
    expect(await documents('owned')).toEqual(before);
  });

  it('is the only maintainer that is shown, also when another publisher comes in between', async () => {
    const release = await releaseOf('contested');
    await tell(release, 2);
    await visible('contested');
    const second = await releaseOf('contested', '2.0.0');
    const owners = adapter.app.get(PackageOwnerRepository, { strict: false });
    const seenBefore = owners.seenBefore.bind(owners);
    vi.spyOn(owners, 'seenBefore').mockImplementationOnce(async (key) => {
      const seen = await seenBefore(key);
      await tell({ ...second, publishedBy: { ...second.publishedBy, username: 'other' } }, 4);
      await visible('contested', '2.0.0');
      return seen;
    });
    const { username } = release.publishedBy;
    await own(release, username);
    await eventually(async () =>
      expect((await documents('contested'))[0]).toMatchObject({
        maintainers: [{ name: username }],
        versions: { '2.0.0': { _npmUser: { name: 'other' } } },
      }),
    );
    expect((await documents('contested'))[0]?.['maintainers']).toHaveLength(1);
  });
});
