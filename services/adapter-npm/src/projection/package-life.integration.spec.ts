import { randomUUID } from 'node:crypto';
import type { ReleaseFacts } from '@waybill/contracts';
import {
  packageAggregate,
  packageOwnersChanged,
  releaseDeprecated,
  releasePublished,
  releaseWithdrawn,
} from '@waybill/contracts';
import { driftOf } from '@waybill/persistence';
import { eventually } from '@waybill/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PublishService } from '../../test/publish-service.js';
import type { RunningAdapter } from '../../test/running-adapter.js';
import { startAdapter } from '../../test/running-adapter.js';

let adapter: RunningAdapter;
let publish: PublishService;

beforeAll(async () => {
  adapter = await startAdapter();
  publish = await PublishService.start(adapter);
});

afterAll(async () => {
  await adapter.stop();
});

function facts(release: ReleaseFacts) {
  const { repository, packagePurl } = release;
  return { repository, packagePurl, changedBy: 'user:1' };
}

function aggregateOf(release: ReleaseFacts): string {
  return packageAggregate(release.repository.repositoryId, release.packagePurl);
}

const document = async (name: string) => (await adapter.call(`/npm/main/${name}`)).json();

describe('a deprecated version', () => {
  it('stays, and says why in both forms; its text goes with the deprecation', async () => {
    const release = await publish.publish({ name: 'tired', version: '1.0.0' });
    const { releaseId, version } = release;
    const deprecate = (at: number, message: string | null) =>
      adapter.emit(releaseDeprecated, {
        aggregate: aggregateOf(release),
        version: at,
        data: { ...facts(release), releases: [{ releaseId, version, message }] },
      });
    const before = (await document('tired'))['_rev'];
    await deprecate(5, 'use rested');
    await eventually(async () =>
      expect(await document('tired')).toMatchObject({ versions: { '1.0.0': { deprecated: 'use rested' } } }),
    );
    expect((await document('tired'))['_rev']).not.toBe(before);
    const short = await adapter.call('/npm/main/tired', { headers: { accept: 'application/vnd.npm.install-v1+json' } });
    expect(short.json()).toMatchObject({ versions: { '1.0.0': { deprecated: 'use rested' } } });
    expect((await adapter.call('/npm/main/tired/1.0.0')).json()).toMatchObject({ deprecated: 'use rested' });
    expect((await adapter.call('/npm/main/tired/-/tired-1.0.0.tgz')).status).toBe(200);
    expect((await adapter.call('/npm/main/-/package/tired/dist-tags')).json()).toEqual({ latest: '1.0.0' });
    await deprecate(4, 'older, and so without effect');
    await deprecate(6, null);
    await eventually(async () => {
      const { '1.0.0': shown } = (await document('tired'))['versions'] as Record<string, object>;
      expect(shown).not.toHaveProperty('deprecated');
    });
  });
});

describe('a withdrawn version', () => {
  it('is served nowhere: not in the packument, not by version, not by tag, not its tarball', async () => {
    const release = await publish.publish({ name: 'gone', version: '1.0.0' });
    const newer = await publish.publish({ name: 'gone', version: '2.0.0' });
    await adapter.emit(releaseWithdrawn, {
      aggregate: aggregateOf(newer),
      version: 8,
      data: {
        ...facts(newer),
        releases: [{ releaseId: newer.releaseId, version: newer.version }],
        removedTags: ['latest'],
        movedTags: { stable: release.version },
      },
    });
    await eventually(async () => expect((await adapter.call('/npm/main/gone/2.0.0')).status).toBe(404));
    const shown = await document('gone');
    expect(Object.keys(shown['versions'] as object)).toEqual(['1.0.0']);
    expect(shown['dist-tags']).toEqual({ latest: '1.0.0', stable: '1.0.0' });
    expect(shown['time']).not.toHaveProperty('2.0.0');
    expect((await adapter.call('/npm/main/gone/-/gone-2.0.0.tgz')).status).toBe(404);
    expect((await adapter.call('/npm/main/gone/stable')).json()).toMatchObject({ version: '1.0.0' });
  });

  it('is not brought back by the news of its publication that arrives late', async () => {
    const other = await publish.publish({ name: 'early', version: '1.0.0' });
    const release = await adapter.release(adapter.repositories.public, { name: 'early', version: '1.1.0' });
    const releases = [{ releaseId: release.releaseId, version: release.version }];
    await adapter.emit(releaseWithdrawn, {
      aggregate: aggregateOf(release),
      version: 9,
      data: { ...facts(release), releases, removedTags: [], movedTags: {} },
    });
    await adapter.emit(releasePublished, { aggregate: aggregateOf(release), version: 7, data: release });
    await adapter.emit(releaseDeprecated, {
      aggregate: aggregateOf(other),
      version: 10,
      data: {
        ...facts(other),
        releases: [{ releaseId: other.releaseId, version: other.version, message: 'projected last' }],
      },
    });
    await eventually(async () =>
      expect(await document('early')).toMatchObject({ versions: { '1.0.0': { deprecated: 'projected last' } } }),
    );
    await eventually(async () => {
      const rows: { state: string }[] = await adapter.dataSource.query(
        'SELECT state FROM releases WHERE release_id = $1',
        [release.releaseId],
      );
      expect(rows).toEqual([{ state: 'withdrawn' }]);
    });
    expect((await adapter.call('/npm/main/early/1.1.0')).status).toBe(404);
  });

  it('takes the package with it when it was the only one', async () => {
    const release = await publish.publish({ name: 'only', version: '1.0.0' });
    const releases = [{ releaseId: release.releaseId, version: release.version }];
    await adapter.emit(releaseWithdrawn, {
      aggregate: aggregateOf(release),
      version: 4,
      data: { ...facts(release), releases, removedTags: ['latest'], movedTags: {} },
    });
    await eventually(async () => expect((await adapter.call('/npm/main/only')).status).toBe(404));
    expect((await adapter.call('/npm/main/-/package/only/dist-tags')).status).toBe(404);
  });
});

describe('owners', () => {
  it('are the maintainers, with the address that they show, and older news changes nothing', async () => {
    const release = await publish.publish({ name: '@acme/owned', version: '1.0.0' });
    expect(await document('@acme/owned')).toMatchObject({ maintainers: [{ name: 'alice', email: '' }] });
    const { repository, packagePurl } = release;
    const owners = (at: number, ...names: string[]) =>
      adapter.emit(packageOwnersChanged, {
        aggregate: aggregateOf(release),
        version: at,
        data: {
          repositoryId: repository.repositoryId,
          packagePurl,
          owners: names.map((username) => ({
            userId: randomUUID(),
            username,
            email: username === 'alice' ? 'alice@example.com' : null,
          })),
          changedBy: 'user:1',
        },
      });
    const before = (await document('@acme/owned'))['_rev'];
    await owners(3, 'bob', 'alice');
    await eventually(async () =>
      expect(await document('@acme/owned')).toMatchObject({
        maintainers: [
          { name: 'bob', email: '' },
          { name: 'alice', email: 'alice@example.com' },
        ],
        versions: { '1.0.0': { _npmUser: { name: 'alice', email: 'alice@example.com' } } },
      }),
    );
    expect((await document('@acme/owned'))['_rev']).not.toBe(before);
    await owners(2, 'mallory');
    await owners(4, 'carol');
    await eventually(async () =>
      expect(await document('@acme/owned')).toMatchObject({ maintainers: [{ name: 'carol', email: '' }] }),
    );
  });
});

describe('the schema', () => {
  it('is what its entities say', async () => {
    expect(await driftOf(adapter.dataSource)).toEqual([]);
  });
});
