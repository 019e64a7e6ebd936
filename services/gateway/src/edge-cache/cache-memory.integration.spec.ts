import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { asking, knowsToy } from '../../test/asking.js';
import { startGateway, type RunningGateway } from '../../test/running-gateway.js';
import { startToyService, type ToyService } from '../../test/toy-service.js';
import { shelf } from '../../test/toy-shelf.js';

const maxBytes = 2_000_000;
let gateway: RunningGateway;
let toy: ToyService;
const get = asking(() => gateway);

beforeAll(async () => {
  gateway = await startGateway({}, { cache: { maxBytes } });
  toy = await startToyService(gateway.connection, gateway.store);
  await knowsToy(gateway);
});

afterEach(() => {
  shelf.clear();
});

afterAll(async () => {
  await toy.stop();
  await gateway.stop();
});

describe('the memory of the edge cache', () => {
  it('is bounded however many answers come by, and what is read often outlives them', async () => {
    shelf.set('often', { text: 'x'.repeat(100_000) });
    for (let index = 0; index < 5; index += 1) await get('/toy/shelf/often');
    for (let index = 0; index < 60; index += 1) {
      shelf.set(`once-${String(index)}`, { text: randomBytes(50_000).toString('hex') });
      await get(`/toy/shelf/once-${String(index)}`);
      expect(gateway.cache.bytes).toBeLessThanOrEqual(maxBytes);
    }
    expect((await get('/toy/shelf/often')).cacheStatus).toBe('waybill; hit');
  });

  it('holds nothing that would fill it alone', async () => {
    shelf.set('huge', { text: 'x'.repeat(900_000) });
    await get('/toy/shelf/huge');
    expect(await get('/toy/shelf/huge')).toMatchObject({
      status: 200,
      cacheStatus: 'waybill; fwd=miss',
    });
    expect(await gateway.stagedFiles()).toBe(0);
  });
});
