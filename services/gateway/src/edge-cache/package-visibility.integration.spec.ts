import { randomUUID } from 'node:crypto';
import type { EventType, PackageVisibility } from '@waybill/contracts';
import {
  eventSubject,
  packageChanged,
  packageMoved,
  packageVisibilitySubject,
  repositoryVisibilitySubject,
} from '@waybill/contracts';
import type { PackagePurl } from '@waybill/domain';
import type { GatewayNews } from '@waybill/edge';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { asking, credentialOf } from '../../test/asking.js';
import { newPerson } from '../../test/people.js';
import type { RunningGateway } from '../../test/running-gateway.js';
import { shelf, shelfRepository } from '../../test/toy-shelf.js';
import { startTwoGateways, type TwoGateways } from '../../test/two-gateways.js';

const purl = 'pkg:toy/bear' as PackagePurl;
let two: TwoGateways;
let gateway: RunningGateway;
let other: RunningGateway;
let publish: GatewayNews;

beforeAll(async () => {
  two = await startTwoGateways('publish');
  ({ gateway, other, news: publish } = two);
});

beforeEach(() => {
  two.forget();
  shelf.set('bear', { text: 'a bear', purl, vary: 'Accept' });
  shelf.set('wolf', { text: 'a wolf', purl: 'pkg:toy/wolf' as PackagePurl });
});

afterAll(() => two.stop());

const { repositoryId, organizationId } = shelfRepository;
const repository = { repositoryId, organizationId, slug: 'toys', visibility: 'public', kind: 'hosted' };

function becomes(visibility: PackageVisibility['visibility'], aggregateVersion = 2): Promise<boolean> {
  return publish.tellAll(packageVisibilitySubject, { repositoryId, packagePurl: purl, visibility, aggregateVersion });
}

function tell(type: EventType, data: object, aggregateversion = 2): Promise<void> {
  const event = {
    specversion: '1.0',
    id: randomUUID(),
    source: '/waybill/publish',
    type: type.type,
    subject: `${repositoryId}/${purl}`,
    time: new Date().toISOString(),
    datacontenttype: 'application/json',
    aggregateversion,
    data: { repository, packagePurl: purl, changedBy: 'user:x', archived: false, ...data },
  };
  gateway.connection.publish(eventSubject(type), JSON.stringify(event));
  return gateway.connection.flush();
}

const ask = asking(() => gateway);

async function get(path = '/toy/shelf/bear', { from = gateway, headers = {} } = {}) {
  return ask(path, headers, { from });
}

describe('a package that becomes private in a public repository (A9)', () => {
  it('is given to nobody else by any gateway once they have confirmed, in no representation, though its service lags', async () => {
    const { digest } = await gateway.store.put(Buffer.from('a file'));
    shelf.set('file', { blob: { digest, sizeBytes: 6, mediaType: 'application/octet-stream' }, purl });
    const wanted = [
      ['/toy/shelf/bear', { accept: 'application/json' }],
      ['/toy/shelf/bear', { accept: 'application/vnd.toy.short+json', 'accept-encoding': 'gzip' }],
      ['/toy/files-of/file', {}],
      ['/toy/files-of/file', { range: 'bytes=0-2' }],
    ] as const;
    for (const from of [gateway, other]) {
      for (const [path, headers] of wanted) await get(path, { from, headers });
      expect((await get('/toy/files-of/file', { from })).cacheStatus).toBe('waybill; hit');
      await get('/toy/shelf/wolf', { from });
    }
    expect(await becomes('private')).toBe(true);
    for (const from of [gateway, other]) {
      for (const [path, headers] of wanted) {
        expect((await get(path, { from, headers })).status).toBe(401);
        const authorization = `Bearer ${newPerson(gateway).token}`;
        expect((await get(path, { from, headers: { ...headers, authorization } })).status).toBe(404);
      }
      expect((await get('/toy/shelf/wolf', { from })).cacheStatus).toBe('waybill; hit');
      const member = credentialOf(gateway, true);
      const again = await get('/toy/files-of/file', { from, headers: member });
      expect(again).toMatchObject({ status: 200, text: 'a file' });
      expect(again.headers['cache-control']).not.toContain('public');
    }
  });

  it('is given to nobody else in answers that no gateway keeps either, such as its tags', async () => {
    const path = '/toy/tags-of/bear';
    expect(await get(path)).toMatchObject({ status: 200, text: '{"latest":"a bear"}' });
    expect(await becomes('private')).toBe(true);
    const stranger = { authorization: `Bearer ${newPerson(gateway).token}` };
    for (const from of [gateway, other]) {
      expect((await get(path, { from })).status).toBe(401);
      expect((await ask(path, {}, { from, method: 'HEAD' })).status).toBe(401);
    }
    expect((await get(path, { headers: stranger })).status).toBe(404);
    const member = await get(path, { headers: credentialOf(gateway, true) });
    expect(member.status).toBe(200);
    expect(member.headers['cache-control']).not.toContain('public');
    expect((await get('/toy/tags-of/wolf')).status).toBe(200);
  });

  it('stays so when its repository is told to be public, and until newer news of the package says otherwise', async () => {
    await becomes('private', 3);
    const news = { repositoryId, visibility: 'public', aggregateVersion: 9 };
    expect(await publish.tellAll(repositoryVisibilitySubject, news)).toBe(true);
    await becomes(null, 2);
    expect((await get()).status).toBe(401);
    await becomes(null, 4);
    expect((await get()).status).toBe(200);
  });

  it('is known by its event as well, to a gateway that did not hear of it before; a deleted one is as good as private', async () => {
    await get();
    await tell(packageChanged, { visibility: 'private', deleted: false }, 2);
    await vi.waitFor(async () => expect((await get()).status).toBe(401));
    await tell(packageChanged, { visibility: null, deleted: false }, 3);
    await vi.waitFor(async () => expect((await get()).status).toBe(200));
    await tell(packageChanged, { visibility: null, deleted: true }, 4);
    await vi.waitFor(async () => expect((await get()).status).toBe(401));
  });

  it('is nowhere any more where it was moved away from', async () => {
    await get();
    const to = { ...repository, repositoryId: randomUUID(), slug: 'others' };
    await tell(packageMoved, { to, visibility: null }, 2);
    await vi.waitFor(async () => expect((await get()).status).toBe(401));
    expect((await get('/toy/shelf/wolf')).status).toBe(200);
  });
});
