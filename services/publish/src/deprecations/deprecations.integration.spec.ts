import type { ReleaseFacts } from '@waybill/contracts';
import { deprecateReleases, releaseDeprecated } from '@waybill/contracts';
import type { Principal } from '@waybill/domain';
import { anonymous } from '@waybill/domain';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { memberOf, person } from '../../test/principals.js';
import { type RunningPublish, startPublish } from '../../test/running-publish.js';

let publish: RunningPublish;
let first: ReleaseFacts;

beforeAll(async () => {
  publish = await startPublish();
});

afterAll(async () => {
  await publish.stop();
});

beforeEach(async () => {
  const repository = await publish.repository();
  first = await publish.published({ repository, version: '1.0.0' });
  await publish.published({ repository, version: '1.1.0', bytes: 'others' });
});

function deprecate(messages: Record<string, string>, principal: Principal = publish.member) {
  const { repository, packagePurl } = first;
  const { repositoryId } = repository;
  return publish.ask(deprecateReleases, { principal, repositoryId, packagePurl, messages, requestId: 'test' });
}

async function events() {
  const all = await publish.replay({ types: [releaseDeprecated.type] });
  return all.filter((event) => event.subject.startsWith(first.repository.repositoryId));
}

describe('a deprecation', () => {
  it('is one event for all versions that it changes, and lifted by an empty message', async () => {
    const done = await deprecate({ '1.0.0': 'use 2', '1.1.0': 'use 2' });
    expect(await publish.release(first)).toMatchObject({ state: 'deprecated', deprecation: 'use 2' });
    expect(await deprecate({ '1.0.0': 'use 2' })).toEqual(done);
    const lifted = await deprecate({ '1.0.0': '' });
    expect(lifted.aggregateVersion).toBe(done.aggregateVersion + 1);
    const released = await publish.release(first);
    expect(released.state).toBe('published');
    expect(released).not.toHaveProperty('deprecation');
    const told = (await events()).map((event) => [event.aggregateversion, event.data]);
    expect(told).toMatchObject([
      [
        done.aggregateVersion,
        {
          releases: [
            { version: '1.0.0', message: 'use 2' },
            { version: '1.1.0', message: 'use 2' },
          ],
        },
      ],
      [lifted.aggregateVersion, { releases: [{ version: '1.0.0', message: null }] }],
    ]);
  });

  it('changes all that it names or nothing', async () => {
    await expect(deprecate({ '1.0.0': 'old', '9.9.9': 'old' })).rejects.toMatchObject({ code: 'version.not-found' });
    expect((await publish.release(first)).state).toBe('published');
    expect(await events()).toEqual([]);
    await expect(deprecate({ '1.0.0': 'a\0b' })).rejects.toMatchObject({ kind: 'invalid' });
    await expect(deprecate({ '1.0.0': 'x'.repeat(2001) })).rejects.toMatchObject({ kind: 'invalid' });
  });

  it('needs the right to change metadata (A1)', async () => {
    const reader = memberOf(publish.organizationId, 'reader');
    await expect(deprecate({ '1.0.0': 'old' }, reader)).rejects.toMatchObject({ kind: 'forbidden' });
    await expect(deprecate({ '1.0.0': 'old' }, person())).rejects.toMatchObject({ kind: 'forbidden' });
    await expect(deprecate({ '1.0.0': 'old' }, anonymous)).rejects.toMatchObject({ kind: 'unauthenticated' });
  });

  it('of a thousand versions is one event, with a few statements', async () => {
    const versions = await publish.withMoreVersions(first, 1000);
    const messages = Object.fromEntries(versions.map((version) => [version, 'use 2000']));
    expect((await publish.statementsOf(() => deprecate(messages))).length).toBeLessThan(20);
    const told = await events();
    expect(told).toHaveLength(1);
    expect((told[0]?.data as { releases: unknown[] }).releases).toHaveLength(1000);
  });

  it('is audited once (W9)', async () => {
    await deprecate({ '1.0.0': 'old' });
    const [row] = await publish.query('SELECT package_id FROM releases WHERE release_id = $1', [first.releaseId]);
    const audited = await publish.audit(`package:${String(row?.['package_id'])}`);
    expect(audited.map((entry) => (entry as unknown[])[1])).toEqual(['package.deprecate']);
  });

  it('by many at once ends as the last event says', async () => {
    const done = await Promise.all(Array.from({ length: 10 }, (_, index) => deprecate({ '1.0.0': `reason ${index}` })));
    const last = Math.max(...done.map(({ aggregateVersion }) => aggregateVersion));
    const lastEvent = (await events()).find((event) => event.aggregateversion === last);
    const { deprecation } = await publish.release(first);
    expect(lastEvent?.data).toMatchObject({ releases: [{ message: deprecation }] });
  });
});
