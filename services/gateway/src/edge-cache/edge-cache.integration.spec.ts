import { createHash, randomBytes } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { gatewayAliveSubject } from '@waybill/contracts';
import { EdgePurge, GatewayNews } from '@waybill/edge';
import { request } from 'undici';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { anotherToken, newPerson } from '../../test/people.js';
import { rawRequest } from '../../test/raw-request.js';
import { startGateway, type RunningGateway } from '../../test/running-gateway.js';
import { startToyService, type ToyService } from '../../test/toy-service.js';
import { emptyShelf, shelf, shelfRepository } from '../../test/toy-shelf.js';

let now = 0;
let gateway: RunningGateway;
let other: RunningGateway;
let toy: ToyService;
let news: GatewayNews;
let edgePurge: EdgePurge;

beforeAll(async () => {
  gateway = await startGateway({}, { cacheNow: () => performance.now() + now, principalsFreshMs: 60_000 });
  other = await startGateway({}, { beside: gateway, principalsFreshMs: 60_000 });
  news = new GatewayNews(gateway.connection, 'toy');
  news.start();
  edgePurge = new EdgePurge(news, 'toy');
  toy = await startToyService(gateway.connection, gateway.store);
  await knows(other);
  await bothAreHeard();
});

beforeEach(() => {
  now = 0;
  shelf.clear();
  emptyShelf.visibility = 'public';
  toy.seen.length = 0;
  gateway.cache.forgetAnswers();
  other.cache.forgetAnswers();
});

afterAll(async () => {
  news.stop();
  await toy.stop();
  await other.stop();
  await gateway.stop();
});

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly bytes: Buffer;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly cacheStatus: string;
}

async function get(
  path: string,
  headers: Record<string, string> = {},
  { from = gateway, method = 'GET' }: { from?: RunningGateway; method?: 'GET' | 'HEAD' } = {},
): Promise<Answer> {
  const answer = await request(`${from.url}${path}`, { method, headers });
  const bytes = Buffer.from(await answer.body.arrayBuffer());
  const cacheStatus = String(answer.headers['cache-status']);
  return { status: answer.statusCode, text: bytes.toString(), bytes, headers: answer.headers, cacheStatus };
}

function person(mayRead: boolean): Record<string, string> {
  const { principal } = newPerson(gateway);
  if (principal.kind !== 'token') throw new Error('no token');
  const token = anotherToken(gateway, {
    ...principal,
    scopes: [{ actions: ['read'], on: { kind: 'everything' } }],
    grants: mayRead ? [{ kind: 'repository', repositoryId: shelfRepository.repositoryId, actions: ['read'] }] : [],
  });
  return { authorization: `Bearer ${token}` };
}

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

  it('has a compressed form with a tag of its own, made once', async () => {
    shelf.set('bear', { text: 'a bear '.repeat(1000) });
    await get('/toy/shelf/bear');
    const plain = await get('/toy/shelf/bear');
    const coded = await get('/toy/shelf/bear', { 'accept-encoding': 'gzip' });
    expect(plain.headers).toMatchObject({ 'content-length': '7000', vary: 'Accept-Encoding' });
    expect(coded.headers).toMatchObject({
      'content-encoding': 'gzip',
      'content-length': String(coded.bytes.length),
      etag: String(plain.headers['etag']).replace(/"$/, '-gzip"'),
    });
    expect(gunzipSync(coded.bytes).toString()).toBe(plain.text);
    expect(toy.seen).toHaveLength(1);
  });

  it('answers HEAD and conditional requests from what GET left, in either form', async () => {
    shelf.set('bear', { text: 'a bear '.repeat(1000) });
    const { headers } = await get('/toy/shelf/bear');
    const head = await get('/toy/shelf/bear', {}, { method: 'HEAD' });
    expect(head).toMatchObject({ status: 200, text: '', cacheStatus: 'waybill; hit' });
    expect(head.headers['content-length']).toBe('7000');
    const etag = String(headers['etag']);
    const unchanged = await get('/toy/shelf/bear', { 'if-none-match': etag });
    expect(unchanged).toMatchObject({ status: 304, text: '', cacheStatus: 'waybill; hit' });
    expect(unchanged.headers).not.toHaveProperty('content-type');
    const codedTag = etag.replace(/"$/, '-gzip"');
    const coded = await get('/toy/shelf/bear', { 'if-none-match': codedTag, 'accept-encoding': 'gzip' });
    expect(coded).toMatchObject({ status: 304 });
    expect(coded.headers['etag']).toBe(codedTag);
    expect((await get('/toy/shelf/bear', { 'if-none-match': '"another"' })).status).toBe(200);
    expect(toy.seen).toHaveLength(1);
  });

  it('fills itself from a conditional request as well', async () => {
    shelf.set('bear', { text: 'a bear' });
    const { headers } = await get('/toy/shelf/bear');
    gateway.cache.forgetAnswers();
    expect((await get('/toy/shelf/bear', { 'if-none-match': String(headers['etag']) })).status).toBe(304);
    expect(await get('/toy/shelf/bear')).toMatchObject({ text: 'a bear', cacheStatus: 'waybill; hit' });
  });

  it('keeps small files in memory, and of large ones who has them', async () => {
    for (const size of [3000, 600_000]) {
      const bytes = randomBytes(size);
      const { digest } = await gateway.store.put(bytes);
      const name = `file-${String(size)}`;
      shelf.set(name, { blob: { digest, sizeBytes: size, mediaType: 'application/octet-stream' } });
      await get(`/toy/files-of/${name}`);
      const again = await get(`/toy/files-of/${name}`);
      expect(again.bytes.equals(bytes)).toBe(true);
      expect(again.cacheStatus).toBe('waybill; hit');
      const part = await get(`/toy/files-of/${name}`, { range: 'bytes=10-19' });
      expect(part.status).toBe(206);
      expect(part.bytes.equals(bytes.subarray(10, 20))).toBe(true);
      expect(part.headers['content-length']).toBe('10');
    }
    expect(toy.seen).toHaveLength(2);
  });

  it('serves a large document compressed, though its service names it by its digest', async () => {
    const text = JSON.stringify('a bear '.repeat(60_000));
    const { digest, sizeBytes } = await gateway.store.put(Buffer.from(text));
    shelf.set('bear', { blob: { digest, sizeBytes, mediaType: 'application/json' } });
    await get('/toy/shelf/bear');
    const coded = await get('/toy/shelf/bear', { 'accept-encoding': 'gzip' });
    expect(coded.headers).toMatchObject({ 'content-encoding': 'gzip', etag: '"blob-1-gzip"' });
    expect(gunzipSync(coded.bytes).toString()).toBe(text);
  });

  it('counts a download from memory as any other', async () => {
    const answer = await get('/toy/shelf/none');
    expect(answer.status).toBe(404);
    await expect
      .poll(() =>
        gateway.logged.filter((line) => line['edge.service'] === 'toy' && line['url.path'] === '/toy/shelf/none'),
      )
      .toHaveLength(1);
  });
});

describe('who may see what is kept (A9)', () => {
  it('gives a private answer to those who may read it, and leaves others to the service', async () => {
    shelf.set('bear', { text: 'a secret bear', visibility: 'private' });
    const [reader, another, stranger] = [person(true), person(true), person(false)];
    expect((await get('/toy/shelf/bear', reader)).text).toBe('a secret bear');
    expect((await get('/toy/shelf/bear', reader)).cacheStatus).toBe('waybill; hit');
    expect((await get('/toy/shelf/bear', another)).cacheStatus).toBe('waybill; hit');
    expect(toy.seen).toHaveLength(1);
    const refused = await get('/toy/shelf/bear', stranger);
    const nobody = await get('/toy/shelf/bear');
    expect(refused.status).toBe(404);
    expect(nobody.status).toBe(401);
    expect(toy.seen).toHaveLength(3);
    for (const { text, headers } of [refused, nobody]) {
      expect(text).not.toContain('secret');
      expect(headers).not.toHaveProperty('etag');
    }
    // Whether it is kept changes nothing about the refusal.
    gateway.cache.forgetAnswers();
    const unkept = await get('/toy/shelf/bear', stranger);
    expect(unkept.cacheStatus).toBe(refused.cacheStatus);
    expect(Object.keys(unkept.headers)).toEqual(Object.keys(refused.headers));
  });

  it('does not answer a stranger with 304 or HEAD either', async () => {
    shelf.set('bear', { text: 'a secret bear', visibility: 'private' });
    const { headers } = await get('/toy/shelf/bear', person(true));
    const stranger = person(false);
    expect((await get('/toy/shelf/bear', { ...stranger, 'if-none-match': String(headers['etag']) })).status).toBe(404);
    expect((await get('/toy/shelf/bear', stranger, { method: 'HEAD' })).status).toBe(404);
    expect((await get('/toy/shelf/bear', { 'if-none-match': '*' })).status).toBe(401);
  });

  it('gives strangers who waited for a private answer their own refusal', async () => {
    const mayAnswer = Promise.withResolvers<undefined>();
    shelf.set('bear', { text: 'a secret bear', visibility: 'private', beforeAnswer: () => mayAnswer.promise });
    const reader = get('/toy/shelf/bear', person(true));
    await expect.poll(() => toy.seen.length).toBe(1);
    const strangers = [person(false), person(false)].map((headers) => get('/toy/shelf/bear', headers));
    mayAnswer.resolve(undefined);
    expect((await reader).text).toBe('a secret bear');
    expect((await Promise.all(strangers)).map((answer) => answer.status)).toEqual([404, 404]);
  });

  it('refuses a token that is not valid even where everybody may read', async () => {
    shelf.set('bear', { text: 'a bear' });
    await get('/toy/shelf/bear');
    expect((await get('/toy/shelf/bear', { authorization: 'Bearer nonsense' })).status).toBe(401);
    const asked = gateway.auth.asked;
    expect((await get('/toy/shelf/bear')).status).toBe(200);
    expect(gateway.auth.asked).toBe(asked);
  });

  it('refuses a revoked token at once, at every gateway, when auth is told that it is (A11)', async () => {
    shelf.set('bear', { text: 'a secret bear', visibility: 'private' });
    const reader = person(true);
    for (const from of [gateway, other]) {
      await get('/toy/shelf/bear', reader, { from });
      expect((await get('/toy/shelf/bear', reader, { from })).cacheStatus).toBe('waybill; hit');
    }
    const token = reader['authorization']?.slice('Bearer '.length) ?? '';
    const confirmed = await news.tell('broadcast.auth.credentials.changed', {
      revokedHashes: [sha256(token)],
      changedUserIds: [],
    });
    expect(confirmed).toBe(true);
    for (const from of [gateway, other]) expect((await get('/toy/shelf/bear', reader, { from })).status).toBe(401);
  });

  it('shows nobody what became private', async () => {
    shelf.set('bear', { text: 'a bear' });
    await get('/toy/shelf/bear');
    shelf.set('bear', { text: 'a bear', visibility: 'private' });
    await edgePurge.purge(['toy']);
    expect((await get('/toy/shelf/bear')).status).toBe(401);
  });

  it('keeps what is private and missing from those who may not know', async () => {
    emptyShelf.visibility = 'private';
    expect(await get('/toy/shelf/bear', person(true))).toMatchObject({ status: 404 });
    expect((await get('/toy/shelf/bear')).status).toBe(401);
  });

  it('spends the budget of requests on what memory answers, too', async () => {
    const limited = await startGateway({}, { beside: gateway, rates: { anonymousReads: 3 } });
    try {
      shelf.set('bear', { text: 'a bear' });
      await knows(limited);
      const statuses: number[] = [];
      for (let index = 0; index < 4; index += 1)
        statuses.push((await get('/toy/shelf/bear', {}, { from: limited })).status);
      expect(statuses).toEqual([200, 200, 200, 429]);
    } finally {
      await limited.stop();
    }
  });
});

describe('the memory of the edge cache', () => {
  let small: RunningGateway;
  const maxBytes = 2_000_000;

  beforeAll(async () => {
    small = await startGateway({}, { beside: gateway, cache: { maxBytes } });
    await knows(small);
  });
  afterEach(() => {
    shelf.clear();
  });
  afterAll(() => small.stop());

  it('is bounded however many answers come by, and what is read often outlives them', async () => {
    shelf.set('often', { text: 'x'.repeat(100_000) });
    for (let index = 0; index < 5; index += 1) await get('/toy/shelf/often', {}, { from: small });
    for (let index = 0; index < 60; index += 1) {
      shelf.set(`once-${String(index)}`, { text: randomBytes(50_000).toString('hex') });
      await get(`/toy/shelf/once-${String(index)}`, {}, { from: small });
      expect(small.cache.bytes).toBeLessThanOrEqual(maxBytes);
    }
    expect((await get('/toy/shelf/often', {}, { from: small })).cacheStatus).toBe('waybill; hit');
  });

  it('holds nothing that would fill it alone', async () => {
    shelf.set('huge', { text: 'x'.repeat(900_000) });
    await get('/toy/shelf/huge', {}, { from: small });
    expect(await get('/toy/shelf/huge', {}, { from: small })).toMatchObject({
      status: 200,
      cacheStatus: 'waybill; fwd=miss',
    });
    expect(await small.stagedFiles()).toBe(0);
  });
});

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function rawGet(path: string, headers: string): Promise<{ text: string }> {
  return rawRequest(gateway.port, `GET ${path} HTTP/1.1\r\nHost: a\r\n${headers}\r\n`);
}

async function knows(one: RunningGateway): Promise<void> {
  await vi.waitFor(() => {
    expect(one.directory.replicasOf('toy')).toBe(1);
  });
}

/** Whoever purges waits for those gateways that it has heard. */
async function bothAreHeard(): Promise<void> {
  const heard = new Set<string>();
  for await (const beat of gateway.connection.subscribe(gatewayAliveSubject)) {
    heard.add(beat.string());
    if (heard.size === 2) return;
  }
}
