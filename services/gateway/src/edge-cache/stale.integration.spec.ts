import { EdgePurge, GatewayNews } from '@waybill/edge';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { asking, knowsToy } from '../../test/asking.js';
import { cuttableBus, type CuttableBus } from '../../test/cuttable-bus.js';
import { startGateway, type RunningGateway } from '../../test/running-gateway.js';
import { startToyService, type ToyService } from '../../test/toy-service.js';
import { shelf } from '../../test/toy-shelf.js';

let ahead = 0;
let home: RunningGateway;
let bus: CuttableBus;
let gateway: RunningGateway;
let toy: ToyService;
let edgePurge: EdgePurge;

beforeEach(async () => {
  ahead = 0;
  shelf.clear();
  shelf.set('bear', { text: 'old' });
  home = await startGateway();
  bus = await cuttableBus(home.natsUrl);
  const cacheNow = (): number => performance.now() + ahead;
  gateway = await startGateway({ readTimeoutMs: 3000 }, { beside: home, busUrl: bus.url, cacheNow });
  toy = await startToyService(home.connection, home.store);
  const news = new GatewayNews(home.connection, 'toy');
  edgePurge = new EdgePurge(news, 'toy');
  await knowsToy(gateway);
});

afterEach(async () => {
  bus.mend();
  await toy.stop();
  await gateway.stop();
  await bus.stop();
  await home.stop();
});

const ask = asking(() => gateway);
const get = (path = '/toy/shelf/bear') => ask(path);

/** It takes a second to notice that nothing is heard. */
function isDeaf(): Promise<void> {
  return vi.waitFor(
    async () => {
      if ((await get()).cacheStatus !== 'waybill; hit; ttl=0') throw new Error('it still hears its bus');
    },
    { timeout: 4000 },
  );
}

describe('while a service is away (architecture.md §10)', () => {
  it('what was read lately is served, and says how stale it is, for an hour', async () => {
    await get();
    await toy.stop();
    expect((await get()).cacheStatus).toBe('waybill; hit');
    ahead = 100_000;
    expect(await get()).toMatchObject({ status: 200, text: 'old', cacheStatus: 'waybill; hit; ttl=-70' });
    ahead = 3_599_000;
    expect(await get()).toMatchObject({ status: 200, text: 'old' });
    ahead = 3_601_000;
    expect((await get()).status).toBe(503);
  });

  it('what was not there is not said to be missing', async () => {
    expect((await get('/toy/shelf/duck')).status).toBe(404);
    await toy.stop();
    ahead = 20_000;
    expect((await get('/toy/shelf/duck')).status).toBe(503);
  });

  it('the service is not asked by every request, and is asked again when it is back', async () => {
    await get();
    await toy.stop();
    ahead = 40_000;
    await get();
    toy = await startToyService(home.connection, home.store);
    shelf.set('bear', { text: 'new' });
    ahead = 42_000;
    await vi.waitFor(async () => {
      expect((await get()).text).toBe('new');
    });
    expect(toy.seen).toHaveLength(1);
  });
});

describe('a gateway that lost its bus (architecture.md §4)', () => {
  it.each(['cut', 'freeze'] as const)(
    'takes what it has for stale, and forgets it when it is back (%s)',
    async (how) => {
      await get();
      expect((await get()).cacheStatus).toBe('waybill; hit');
      bus[how]();
      shelf.set('bear', { text: 'new' });
      await edgePurge.purge(['toy/bear']);
      // It has not heard the purge, and does not say that its answer is fresh.
      await isDeaf();
      const started = performance.now();
      expect((await get()).text).toBe('old');
      expect(performance.now() - started).toBeLessThan(2500);
      bus.mend();
      await vi.waitFor(
        async () => {
          expect(await get()).toMatchObject({ status: 200, text: 'new' });
        },
        { timeout: 5000 },
      );
    },
  );

  it('goes on with what never changes', async () => {
    const { digest } = await gateway.store.put(Buffer.from('a file'));
    shelf.set('file', { blob: { digest, sizeBytes: 6, mediaType: 'application/octet-stream' } });
    await get('/toy/files-of/file');
    await get();
    bus.cut();
    await isDeaf();
    expect(await get('/toy/files-of/file')).toMatchObject({ text: 'a file', cacheStatus: 'waybill; hit' });
  });
});
