import { EdgePurge, type GatewayNews } from '@waybill/edge';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { asking } from '../../test/asking.js';
import { rawRequest } from '../../test/raw-request.js';
import type { RunningGateway } from '../../test/running-gateway.js';
import type { ToyService } from '../../test/toy-service.js';
import { shelf } from '../../test/toy-shelf.js';
import { startTwoGateways, type TwoGateways } from '../../test/two-gateways.js';

let now = 0;
let two: TwoGateways;
let gateway: RunningGateway;
let other: RunningGateway;
let toy: ToyService;
let news: GatewayNews;
let edgePurge: EdgePurge;
const get = asking(() => gateway);

beforeAll(async () => {
  two = await startTwoGateways('toy', () => performance.now() + now);
  ({ gateway, other, toy, news } = two);
  edgePurge = new EdgePurge(news, 'toy');
});

beforeEach(() => {
  two.forget();
  now = 0;
});

afterAll(() => two.stop());

describe('the edge cache', () => {
  it('answers from memory what a service said may be kept, with all that describes it', async () => {
    shelf.set('bear', { text: 'a bear' });
    const first = await get('/toy/shelf/bear');
    const second = await get('/toy/shelf/bear');
    expect(first.cacheStatus).toBe('waybill; fwd=miss; stored');
    expect(second.cacheStatus).toBe('waybill; hit');
    expect(second.text).toBe('a bear');
    expect(second.headers).toMatchObject({ 'content-type': 'text/plain', 'x-content-type-options': 'nosniff' });
    expect(second.headers['x-request-id']).not.toBe(first.headers['x-request-id']);
    expect(toy.seen).toHaveLength(1);
  });

  it('keeps nothing that no service said so about', async () => {
    await get('/toy/document/500');
    expect((await get('/toy/document/500')).cacheStatus).toBe('waybill; fwd=miss');
  });

  it('is purged at every gateway before the writer gets its answer', async () => {
    shelf.set('bear', { text: 'old' });
    await get('/toy/shelf/bear');
    await get('/toy/shelf/bear', {}, { from: other });
    shelf.set('bear', { text: 'new' });
    await edgePurge.purge(['toy/bear']);
    expect((await get('/toy/shelf/bear')).text).toBe('new');
    expect((await get('/toy/shelf/bear', {}, { from: other })).text).toBe('new');
  });

  it('purges what stands under a tag and nothing else', async () => {
    shelf.set('bear', { text: 'a bear' });
    shelf.set('duck', { text: 'a duck' });
    await get('/toy/shelf/bear');
    await get('/toy/shelf/duck');
    await edgePurge.purge(['toy/bear']);
    expect((await get('/toy/shelf/duck')).cacheStatus).toBe('waybill; hit');
    await edgePurge.purge(['toy']);
    expect((await get('/toy/shelf/duck')).cacheStatus).toBe('waybill; fwd=miss; stored');
  });

  it('obeys no service about what is not its own (W10)', async () => {
    shelf.set('bear', { text: 'a bear' });
    await get('/toy/shelf/bear');
    await new EdgePurge(news, 'stranger').purge(['toy/bear']);
    expect((await get('/toy/shelf/bear')).cacheStatus).toBe('waybill; hit');
  });

  it('does not keep an answer that a purge overtook', async () => {
    const read = Promise.withResolvers<undefined>();
    const mayAnswer = Promise.withResolvers<undefined>();
    shelf.set('bear', {
      text: 'old',
      beforeAnswer: () => {
        read.resolve(undefined);
        return mayAnswer.promise;
      },
    });
    const slow = get('/toy/shelf/bear');
    await read.promise;
    shelf.set('bear', { text: 'new' });
    await edgePurge.purge(['toy/bear']);
    mayAnswer.resolve(undefined);
    expect((await slow).text).toBe('old');
    expect(await get('/toy/shelf/bear')).toMatchObject({ text: 'new', cacheStatus: 'waybill; fwd=miss; stored' });
  });

  it('asks a service once for a hundred that ask at the same time', async () => {
    const mayAnswer = Promise.withResolvers<undefined>();
    shelf.set('bear', { text: 'a bear', beforeAnswer: () => mayAnswer.promise });
    const answers = Promise.all(Array.from({ length: 100 }, () => get('/toy/shelf/bear')));
    await expect.poll(() => toy.seen.length).toBe(1);
    mayAnswer.resolve(undefined);
    const texts = new Set((await answers).map((answer) => answer.text));
    expect(texts).toEqual(new Set(['a bear']));
    expect(toy.seen).toHaveLength(1);
  });

  it('asks for each when the answer may be kept by nobody', async () => {
    const answers = await Promise.all(Array.from({ length: 5 }, () => get('/toy/document/700')));
    expect(answers.every((answer) => answer.status === 200)).toBe(true);
    expect(toy.seen).toHaveLength(5);
  });

  it('keeps for a short time that something is not there, and sees it at once when it is', async () => {
    const missing = await get('/toy/shelf/bear');
    expect(missing).toMatchObject({ status: 404, cacheStatus: 'waybill; fwd=miss; stored' });
    const again = await get('/toy/shelf/bear');
    expect(again).toMatchObject({ status: 404, cacheStatus: 'waybill; hit' });
    // A refusal names the request that it refuses.
    expect(JSON.parse(again.text)).toMatchObject({ code: 'toy.missing', request: again.headers['x-request-id'] });
    shelf.set('bear', { text: 'a bear' });
    await edgePurge.purge(['toy/bear']);
    expect(await get('/toy/shelf/bear')).toMatchObject({ status: 200, text: 'a bear' });
  });

  it('forgets soon that something is not there, also when nobody says so', async () => {
    await get('/toy/shelf/bear');
    shelf.set('bear', { text: 'a bear' });
    now = 11_000;
    expect((await get('/toy/shelf/bear')).status).toBe(200);
  });

  it('asks again after a while, which bounds what a lost purge can do', async () => {
    shelf.set('bear', { text: 'old' });
    await get('/toy/shelf/bear');
    shelf.set('bear', { text: 'new' });
    now = 29_000;
    expect((await get('/toy/shelf/bear')).text).toBe('old');
    now = 31_000;
    expect(await get('/toy/shelf/bear')).toMatchObject({ text: 'new', cacheStatus: 'waybill; fwd=stale; stored' });
  });

  it('tells answers apart by what their Vary names', async () => {
    shelf.set('bear', { text: 'a bear', vary: 'Accept' });
    expect((await get('/toy/shelf/bear', { accept: 'text/html' })).text).toBe('a bear for text/html');
    expect((await get('/toy/shelf/bear', { accept: 'text/plain' })).text).toBe('a bear for text/plain');
    expect(await get('/toy/shelf/bear', { accept: 'text/html' })).toMatchObject({
      text: 'a bear for text/html',
      cacheStatus: 'waybill; hit',
    });
    expect(toy.seen).toHaveLength(2);
  });

  it('keeps no answer under a header field that its service did not get to see', async () => {
    shelf.set('bear', { text: 'a bear', vary: 'Accept' });
    await get('/toy/shelf/bear', { accept: 'text/html' });
    gateway.cache.forgetAnswers();
    const { text } = await rawGet('/toy/shelf/bear', 'Accept: text/html\r\nConnection: close, accept\r\n');
    expect(text).toContain('a bear for nobody');
    expect((await get('/toy/shelf/bear', { accept: 'text/html' })).text).toBe('a bear for text/html');
  });

  it('is not flooded by requests that all differ, and keeps what others use', async () => {
    shelf.set('bear', { text: 'a bear', vary: 'Accept' });
    await get('/toy/shelf/bear', { accept: 'text/html' });
    await get('/toy/shelf/bear', { accept: 'text/html' });
    const before = gateway.cache.bytes;
    for (let index = 0; index < 50; index += 1) await get('/toy/shelf/bear', { accept: `text/x-${String(index)}` });
    expect(gateway.cache.bytes - before).toBeLessThan(40_000);
    expect((await get('/toy/shelf/bear', { accept: 'text/html' })).cacheStatus).toBe('waybill; hit');
    const long = await get('/toy/shelf/bear', { accept: 'x'.repeat(257) });
    expect(long.cacheStatus).toBe('waybill; fwd=miss');
  });

  it('writes what memory answered into the access log, as any other', async () => {
    for (let count = 0; count < 3; count += 1) await get('/toy/shelf/none');
    await expect
      .poll(() =>
        gateway.logged.filter((line) => line['edge.service'] === 'toy' && line['url.path'] === '/toy/shelf/none'),
      )
      .toHaveLength(3);
    expect(toy.seen).toHaveLength(1);
  });
});

function rawGet(path: string, headers: string): Promise<{ text: string }> {
  return rawRequest(gateway.port, `GET ${path} HTTP/1.1\r\nHost: a\r\n${headers}\r\n`);
}
