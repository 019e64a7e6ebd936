import { isStagedKey } from '@waybill/blob-storage';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningPublish, startPublish } from '../../test/running-publish.js';
import { CollectorTurnRepository } from './collector-turn.repository.js';
import { StagingCollector } from './staging.collector.js';

const hour = 60 * 60 * 1000;

let publish: RunningPublish;

beforeAll(async () => {
  publish = await startPublish();
});

afterAll(async () => {
  await publish.stop();
});

describe('the collector', () => {
  it('deletes uploads that no release took for an hour, and nothing that one took', async () => {
    const collector = publish.app.get(StagingCollector, { strict: false });
    const repository = await publish.repository();
    const { release } = await publish.submit({ repository, bytes: 'taken' });
    const left = (await publish.submission({ repository, bytes: 'left over' })).artifacts[0]!.stagedKey;
    if (!isStagedKey(left)) throw new Error('That is no key of the store.');
    expect(await collector.collect()).toBe(0);
    expect(await publish.store.statStaged(left)).toBeDefined();
    expect(await collector.collect(new Date(Date.now() + 2 * hour))).toBe(1);
    expect(await publish.store.statStaged(left)).toBeUndefined();
    expect(await publish.store.stat(release.artifacts[0]!.digests.sha256)).toBeDefined();
  });

  it('lets one replica at a time', async () => {
    const collector = publish.app.get(StagingCollector, { strict: false });
    const turn = publish.app.get(CollectorTurnRepository, { strict: false });
    expect(await turn.take(() => collector.collect())).toBeUndefined();
    expect(await collector.collect()).toBe(0);
  });
});
