import { randomUUID } from 'node:crypto';
import type { RepositoryVisibility } from '@waybill/contracts';
import { eventSubject, repositoryChanged, repositoryVisibilitySubject } from '@waybill/contracts';
import { GatewayNews } from '@waybill/edge';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { asking, credentialOf, knowsToy } from '../../test/asking.js';
import { cuttableBus, type CuttableBus } from '../../test/cuttable-bus.js';
import { newPerson } from '../../test/people.js';
import { startGateway, type RunningGateway } from '../../test/running-gateway.js';
import { startToyService, type ToyService } from '../../test/toy-service.js';
import { emptyShelf, shelf, shelfRepository } from '../../test/toy-shelf.js';

let ahead = 0;
let bus: CuttableBus;
let gateway: RunningGateway;
let other: RunningGateway;
let toy: ToyService;
let publish: GatewayNews;

beforeAll(async () => {
  gateway = await startGateway({}, { cacheNow: () => performance.now() + ahead, principalsFreshMs: 60_000 });
  bus = await cuttableBus(gateway.natsUrl);
  other = await startGateway({}, { beside: gateway, busUrl: bus.url, principalsFreshMs: 60_000 });
  publish = new GatewayNews(gateway.connection, 'publish');
  publish.start();
  toy = await startToyService(gateway.connection, gateway.store);
  await knowsToy(gateway, other);
});

beforeEach(() => {
  ahead = 0;
  shelf.clear();
  emptyShelf.visibility = 'public';
  gateway.cache.forgetAnswers();
  other.cache.forgetAnswers();
  shelf.set('bear', { text: 'a bear' });
});

afterAll(async () => {
  publish.stop();
  await toy.stop();
  await other.stop();
  await bus.stop();
  await gateway.stop();
});

function news(visibility: RepositoryVisibility['visibility'], aggregateVersion = 2): RepositoryVisibility {
  return { repositoryId: shelfRepository.repositoryId, visibility, aggregateVersion };
}

function becomes(visibility: RepositoryVisibility['visibility'], aggregateVersion = 2): Promise<boolean> {
  return publish.tellAll(repositoryVisibilitySubject, news(visibility, aggregateVersion));
}

const ask = asking(() => gateway);

async function get(path = '/toy/shelf/bear', { from = gateway, headers = {} } = {}) {
  const answer = await ask(path, headers, { from });
  return { ...answer, cacheControl: answer.headers['cache-control'] };
}

describe('a repository that becomes private (A9)', () => {
  it('is given to nobody else by any gateway once they have confirmed, also where its service does not know yet', async () => {
    const { digest } = await gateway.store.put(Buffer.from('a file'));
    shelf.set('file', { blob: { digest, sizeBytes: 6, mediaType: 'application/octet-stream' } });
    const paths = ['/toy/shelf/bear', '/toy/shelf/nothing', '/toy/files-of/file'];
    for (const from of [gateway, other]) {
      for (const path of paths) await get(path, { from });
      for (const path of paths) expect((await get(path, { from })).cacheStatus).toBe('waybill; hit');
    }
    expect(await becomes('private')).toBe(true);
    for (const from of [gateway, other]) {
      for (const path of paths) {
        const refused = await get(path, { from });
        expect(refused.status).toBe(401);
        expect(refused.text).toContain('auth.required');
        const stranger = newPerson(gateway);
        expect((await get(path, { from, headers: { authorization: `Bearer ${stranger.token}` } })).status).toBe(404);
      }
    }
  });

  it('is kept again for who may read it, and is no longer said to be public', async () => {
    const { digest } = await gateway.store.put(Buffer.from('a file'));
    shelf.set('file', { blob: { digest, sizeBytes: 6, mediaType: 'application/octet-stream' } });
    const path = '/toy/files-of/file';
    const headers = credentialOf(gateway, true);
    expect((await get(path)).cacheControl).toContain('public');
    await becomes('private');
    const again = await get(path, { headers });
    expect(again).toMatchObject({ status: 200, text: 'a file', cacheStatus: 'waybill; fwd=miss; stored' });
    const kept = await get(path, { headers });
    expect(kept).toMatchObject({ status: 200, text: 'a file', cacheStatus: 'waybill; hit' });
    for (const { cacheControl } of [again, kept]) expect(cacheControl).not.toContain('public');
    expect((await get(path)).status).toBe(401);
  });

  it('is refused to who asked before and is answered after', async () => {
    const read = Promise.withResolvers<undefined>();
    const mayAnswer = Promise.withResolvers<undefined>();
    shelf.set('bear', {
      text: 'a bear',
      beforeAnswer: () => {
        read.resolve(undefined);
        return mayAnswer.promise;
      },
    });
    const slow = get();
    await read.promise;
    expect(await becomes('private')).toBe(true);
    mayAnswer.resolve(undefined);
    expect((await slow).status).toBe(401);
  });

  it('is not given as something stale while its service is away', async () => {
    await get();
    await becomes('private');
    await toy.stop();
    ahead = 40_000;
    expect((await get()).status).toBe(503);
    toy = await startToyService(gateway.connection, gateway.store);
    await knowsToy(gateway, other);
  });

  it('is known by its event as well, to a gateway that did not hear of it before', async () => {
    await get();
    const { repositoryId, organizationId } = shelfRepository;
    const data = { repositoryId, organizationId, slug: 'toys', visibility: 'private', kind: 'hosted' };
    const event = {
      specversion: '1.0',
      id: randomUUID(),
      source: '/waybill/publish',
      type: repositoryChanged.type,
      subject: repositoryId,
      time: new Date().toISOString(),
      datacontenttype: 'application/json',
      aggregateversion: 2,
      data,
    };
    gateway.connection.publish(eventSubject(repositoryChanged), JSON.stringify(event));
    await gateway.connection.flush();
    await vi.waitFor(async () => {
      expect((await get()).status).toBe(401);
    });
  });

  it('stays so whatever older news comes late, until newer news says otherwise', async () => {
    await get();
    await becomes('private', 3);
    await becomes('public', 2);
    expect((await get()).status).toBe(401);
    await becomes('public', 4);
    expect((await get()).status).toBe(200);
  });

  it('does not end what is kept of other repositories', async () => {
    await get();
    const repositoryId = '0192f0c1-2222-7000-8000-00000000000f';
    await publish.tellAll(repositoryVisibilitySubject, { ...news('private'), repositoryId });
    expect((await get()).cacheStatus).toBe('waybill; hit');
  });

  it('is not confirmed by a gateway that does not understand the news, which forgets everything', async () => {
    const gateways = [gateway, other];
    for (const from of gateways) await get('/toy/shelf/bear', { from });
    gateway.connection.publish(repositoryVisibilitySubject, JSON.stringify({ visibility: 'private' }));
    await gateway.connection.flush();
    for (const from of gateways) {
      await vi.waitFor(async () => {
        expect((await get('/toy/shelf/bear', { from })).cacheStatus).toBe('waybill; fwd=miss; stored');
      });
    }
  });

  it('waits for a gateway whose bus is cut until that takes what it has for stale', async () => {
    await get('/toy/shelf/bear', { from: other });
    expect((await get('/toy/shelf/bear', { from: other })).cacheStatus).toBe('waybill; hit');
    bus.freeze();
    expect(await becomes('private')).toBe(true);
    expect((await get('/toy/shelf/bear', { from: other })).cacheStatus).not.toBe('waybill; hit');
    bus.mend();
    shelf.set('bear', { text: 'a bear', visibility: 'private' });
    await vi.waitFor(
      async () => {
        expect((await get('/toy/shelf/bear', { from: other })).status).toBe(401);
      },
      { timeout: 5000 },
    );
  });
});
