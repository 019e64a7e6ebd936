import { createHash } from 'node:crypto';
import { EdgePurge, type GatewayNews } from '@waybill/edge';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { asking, credentialOf, knowsToy } from '../../test/asking.js';
import { startGateway, type RunningGateway } from '../../test/running-gateway.js';
import type { ToyService } from '../../test/toy-service.js';
import { emptyShelf, shelf } from '../../test/toy-shelf.js';
import { startTwoGateways, type TwoGateways } from '../../test/two-gateways.js';

let two: TwoGateways;
let gateway: RunningGateway;
let other: RunningGateway;
let toy: ToyService;
let news: GatewayNews;
let edgePurge: EdgePurge;
const get = asking(() => gateway);

beforeAll(async () => {
  two = await startTwoGateways('toy');
  ({ gateway, other, toy, news } = two);
  edgePurge = new EdgePurge(news, 'toy');
});

beforeEach(() => {
  two.forget();
});

afterAll(() => two.stop());

describe('who may see what is kept (A9)', () => {
  it('gives a private answer to those who may read it, and leaves others to the service', async () => {
    shelf.set('bear', { text: 'a secret bear', visibility: 'private' });
    const [reader, another, stranger] = [
      credentialOf(gateway, true),
      credentialOf(gateway, true),
      credentialOf(gateway, false),
    ];
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
    const { headers } = await get('/toy/shelf/bear', credentialOf(gateway, true));
    const stranger = credentialOf(gateway, false);
    expect((await get('/toy/shelf/bear', { ...stranger, 'if-none-match': String(headers['etag']) })).status).toBe(404);
    expect((await get('/toy/shelf/bear', stranger, { method: 'HEAD' })).status).toBe(404);
    expect((await get('/toy/shelf/bear', { 'if-none-match': '*' })).status).toBe(401);
  });

  it('gives strangers who waited for a private answer their own refusal', async () => {
    const mayAnswer = Promise.withResolvers<undefined>();
    shelf.set('bear', { text: 'a secret bear', visibility: 'private', beforeAnswer: () => mayAnswer.promise });
    const reader = get('/toy/shelf/bear', credentialOf(gateway, true));
    await expect.poll(() => toy.seen.length).toBe(1);
    const strangers = [credentialOf(gateway, false), credentialOf(gateway, false)].map((headers) =>
      get('/toy/shelf/bear', headers),
    );
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
    const reader = credentialOf(gateway, true);
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
    expect(await get('/toy/shelf/bear', credentialOf(gateway, true))).toMatchObject({ status: 404 });
    expect((await get('/toy/shelf/bear')).status).toBe(401);
  });

  it('spends the budget of requests on what memory answers, too', async () => {
    const limited = await startGateway({}, { beside: gateway, rates: { anonymousReads: 3 } });
    try {
      shelf.set('bear', { text: 'a bear' });
      await knowsToy(limited);
      const statuses: number[] = [];
      for (let index = 0; index < 4; index += 1)
        statuses.push((await get('/toy/shelf/bear', {}, { from: limited })).status);
      expect(statuses).toEqual([200, 200, 200, 429]);
    } finally {
      await limited.stop();
    }
  });
});

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
