import { randomUUID } from 'node:crypto';
import type { EventType, ReleaseFacts, RepositoryFacts } from '@waybill/contracts';
import {
  packageAggregate,
  packageChanged,
  packageMoved,
  packageOwnersChanged,
  releaseDeprecated,
  releasePublished,
  releaseRestored,
  releaseWithdrawn,
  repositoryCreated,
  tagMoved,
} from '@waybill/contracts';
import type { OrganizationId, RepositoryId } from '@waybill/domain';
import { eventually } from '@waybill/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memberOf } from '../../test/principals.js';
import type { RunningAdapter } from '../../test/running-adapter.js';
import { externalUrl, startAdapter } from '../../test/running-adapter.js';

let adapter: RunningAdapter;
let main: RepositoryFacts;
let other: RepositoryFacts;

beforeAll(async () => {
  adapter = await startAdapter();
  main = adapter.repositories.public;
  other = {
    ...main,
    slug: 'other',
    repositoryId: randomUUID() as RepositoryId,
    organizationId: randomUUID() as OrganizationId,
  };
  for (const data of [main, other]) {
    await adapter.emit(repositoryCreated, { aggregate: data.repositoryId, version: 1, data });
  }
});

afterAll(async () => {
  await adapter.stop();
});

const status = async (path: string) => (await adapter.call(`/npm/${path}`)).status;
const document = async (path: string) => (await adapter.call(`/npm/${path}`)).json();
const shows = (path: string, wanted: number) =>
  eventually(async () => {
    const got = await status(path);
    if (got !== wanted) throw new Error(`${path} is ${got}`);
  });

interface Told {
  readonly type: EventType;
  readonly version: number;
  readonly data: object;
  readonly at?: RepositoryFacts;
}

function tell({ packagePurl }: Pick<ReleaseFacts, 'packagePurl'>, { type, version, data, at = main }: Told) {
  const aggregate = packageAggregate(at.repositoryId, packagePurl);
  const about = { repository: at, packagePurl, changedBy: 'user:1' };
  return adapter.emit(type, { aggregate, version, data: { ...about, ...data } });
}

/** Two versions, 1.0.0 deprecated, `latest` at 2.0.0 and `old` at 1.0.0. */
async function twoVersions(name: string) {
  const one = await adapter.release(main, { name, version: '1.0.0' }, { tags: ['old'] });
  const two = await adapter.release(main, { name, version: '2.0.0' }, { tags: ['latest'] });
  await tell(one, { type: releasePublished, version: 2, data: one });
  await tell(two, { type: releasePublished, version: 4, data: two });
  const { releaseId, version } = one;
  await tell(one, {
    type: releaseDeprecated,
    version: 5,
    data: { releases: [{ releaseId, version, message: 'use 2' }] },
  });
  await eventually(async () =>
    expect(await document(`main/${name}`)).toMatchObject({
      versions: { '1.0.0': { deprecated: 'use 2' }, '2.0.0': {} },
    }),
  );
  return { one, two, releases: [one, two].map(({ releaseId: id, version: v }) => ({ releaseId: id, version: v })) };
}

describe('a package that comes back', () => {
  it.each([
    { name: 'returned', order: [0, 1], between: 404 },
    { name: 'returned-early', order: [1, 0], between: 200 },
  ])(
    '($name) has the same versions, tags, deprecations and bytes as before, whatever order it is told in (I8)',
    async ({ name, order, between }) => {
      const { one, releases } = await twoVersions(name);
      const before = await document(`main/${name}`);
      const withdrawn = { releases, removedTags: ['latest', 'old'], movedTags: {} };
      const restored = { releases, tags: { latest: '2.0.0', old: '1.0.0' } };
      const events = [
        { type: releaseWithdrawn, version: 6, data: withdrawn },
        { type: releaseRestored, version: 8, data: restored },
      ];
      const [first, second] = order.map((index) => events[index] as Told);
      await tell(one, first as Told);
      await shows(`main/${name}`, between);
      expect(await status(`main/${name}/-/${name}-1.0.0.tgz`)).toBe(between);
      await tell(one, second as Told);
      await eventually(async () => {
        const after = await document(`main/${name}`);
        expect(after['versions']).toEqual(before['versions']);
        expect(after['dist-tags']).toEqual(before['dist-tags']);
        expect(after['_rev']).toMatch(/^8-/);
      });
      expect(await status(`main/${name}/-/${name}-1.0.0.tgz`)).toBe(200);
    },
  );
});

describe('a package with a visibility of its own', () => {
  it('is shown to those only whom it and its repository let see it; older news changes nothing (A9)', async () => {
    const { one } = await twoVersions('narrow');
    const say = (version: number, visibility: string | null) =>
      tell(one, { type: packageChanged, version, data: { visibility, archived: false, deleted: false } });
    await say(7, 'private');
    await shows('main/narrow', 401);
    expect((await adapter.call('/npm/main/narrow', { principal: memberOf(main) })).status).toBe(200);
    await say(6, null);
    await say(8, 'unlisted');
    await shows('main/narrow', 200);
    const answer = await adapter.call('/npm/main/narrow');
    expect(answer.headers['cache-control']).toContain('private');
    await say(9, null);
    await eventually(async () =>
      expect((await adapter.call('/npm/main/narrow')).headers['cache-control']).toContain('public'),
    );
  });
});

describe('a package that was moved', () => {
  const moved = (from: RepositoryFacts, to: RepositoryFacts, version: number): Told => ({
    type: packageMoved,
    version,
    at: from,
    data: { to, visibility: null, archived: false },
  });

  it('is at its new place as it was, without its owners, and nowhere else (T11)', async () => {
    const { one } = await twoVersions('wanderer');
    const owner = { userId: randomUUID(), username: 'olga', email: null };
    const aggregate = packageAggregate(main.repositoryId, one.packagePurl);
    await adapter.emit(packageOwnersChanged, {
      aggregate,
      version: 1,
      data: { repositoryId: main.repositoryId, packagePurl: one.packagePurl, owners: [owner], changedBy: 'user:1' },
    });
    await eventually(async () =>
      expect(await document('main/wanderer')).toMatchObject({ maintainers: [{ name: 'olga' }] }),
    );
    const before = await document('main/wanderer');
    await tell(one, moved(main, other, 6));
    await shows('other/wanderer', 200);
    await shows('main/wanderer', 404);
    expect(await status('main/wanderer/-/wanderer-1.0.0.tgz')).toBe(404);
    expect(await status('other/wanderer/-/wanderer-1.0.0.tgz')).toBe(200);
    const after = await document('other/wanderer');
    expect(after['dist-tags']).toEqual(before['dist-tags']);
    expect(after['maintainers']).toEqual([{ name: 'alice', email: '' }]);
    const dist = (from: Record<string, unknown>) =>
      (from['versions'] as Record<string, { dist: { integrity: string; tarball: string } }>)['2.0.0']?.dist;
    expect(dist(after)?.integrity).toBe(dist(before)?.integrity);
    expect(dist(after)?.tarball).toBe(`${externalUrl}/npm/other/wanderer/-/wanderer-2.0.0.tgz`);
  });

  it('takes along what is told of its old place late, and keeps what was told of its new one early', async () => {
    const name = 'overtaken';
    const one = await adapter.release(main, { name, version: '1.0.0' });
    const late = await adapter.release(main, { name, version: '2.0.0' }, { tags: ['latest'] });
    const early = await adapter.release(other, { name, version: '3.0.0' }, { tags: ['next'] });
    await tell(early, { type: releasePublished, version: 8, data: early, at: other });
    await shows(`other/${name}/3.0.0`, 200);
    await tell(one, moved(main, other, 6));
    await tell(late, { type: releasePublished, version: 4, data: late });
    // The very first event of the package comes last of all.
    await tell(one, { type: releasePublished, version: 2, data: one });
    await tell(one, { type: tagMoved, version: 5, data: { tag: 'stable', version: '1.0.0', movedBy: 'user:1' } });
    await eventually(async () =>
      expect(await document(`other/${name}`)).toMatchObject({
        versions: { '1.0.0': {}, '2.0.0': {}, '3.0.0': {} },
        'dist-tags': { latest: '2.0.0', next: '3.0.0', stable: '1.0.0' },
      }),
    );
    expect(await status(`main/${name}`)).toBe(404);
  });

  it('comes back to where it was, and what was told of either place belongs there', async () => {
    const { one } = await twoVersions('returning');
    await tell(one, moved(main, other, 6));
    await shows('other/returning', 200);
    await tell(one, moved(other, main, 7));
    await shows('main/returning', 200);
    const three = await adapter.release(main, { name: 'returning', version: '3.0.0' });
    await tell(three, { type: releasePublished, version: 9, data: three });
    await shows('main/returning/3.0.0', 200);
    await tell(one, moved(main, other, 6));
    await shows('other/returning', 404);
    expect(await document('main/returning')).toMatchObject({ versions: { '1.0.0': {}, '2.0.0': {}, '3.0.0': {} } });
  });
});
