import { randomUUID } from 'node:crypto';
import { downloadsCounted, type RepositoryFacts } from '@waybill/contracts';
import type { PackagePurl, Principal, ReleasePurl } from '@waybill/domain';
import { eventually } from '@waybill/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memberOf, person } from '../../test/principals.js';
import { type RunningPublish, startPublish } from '../../test/running-publish.js';
import { DownloadsProjection } from './downloads.projection.js';

let publish: RunningPublish;
let repository: RepositoryFacts;

beforeAll(async () => {
  publish = await startPublish();
  repository = await publish.repository('private');
});

afterAll(async () => {
  await publish.stop();
});

const dayAgo = (days: number) => new Date(Date.now() - days * 24 * 60 * 60 * 1000).toISOString();

function counted(purls: readonly string[], count: number, to = new Date().toISOString()) {
  const downloads = purls.map((purl) => ({
    repositoryId: repository.repositoryId,
    purl: `${purl}@1.0.0` as ReleasePurl,
    count,
  }));
  return publish.emit(downloadsCounted, randomUUID(), { from: to, to, downloads });
}

function ask(purl: string, query = '', as: Principal = publish.member) {
  return publish.http('GET', `${targetOf(purl)}${query}`, { as });
}

function targetOf(purl: string): string {
  return `/api/v1/packages/${encodeURIComponent(purl)}/downloads?repository=${repository.slug}`;
}

async function published(): Promise<PackagePurl> {
  const name = `counted-${randomUUID().slice(0, 8)}`;
  return (await publish.published({ repository, name })).packagePurl;
}

describe('the downloads of a package', () => {
  it('are counted by day, also over several gateways, and nothing for what there is not', async () => {
    const purl = await published();
    await counted([purl, 'pkg:npm/nobody'], 3);
    await counted([purl], 4);
    await counted([purl], 5, dayAgo(1));
    await counted([purl], 100, dayAgo(40));
    await eventually(async () => expect((await ask(purl)).json['downloads']).toBe(12));
    const { json } = await ask(purl);
    expect(json).toEqual({
      purl,
      from: dayAgo(29).slice(0, 10),
      to: dayAgo(0).slice(0, 10),
      downloads: 12,
      days: [
        { day: dayAgo(1).slice(0, 10), downloads: 5 },
        { day: dayAgo(0).slice(0, 10), downloads: 7 },
      ],
    });
    const longer = `&from=${dayAgo(50).slice(0, 10)}`;
    await eventually(async () => expect((await ask(purl, longer)).json['downloads']).toBe(112));
    const csv = await publish.text(`${targetOf(purl)}&format=csv&to=${dayAgo(1).slice(0, 10)}`, publish.member);
    expect(csv).toBe(`day,downloads\r\n${dayAgo(1).slice(0, 10)},5\r\n`);
  });

  it('are added once, however often the event comes', async () => {
    const purl = await published();
    const event = await counted([purl], 7);
    await eventually(async () => expect((await ask(purl)).json['downloads']).toBe(7));
    const projection = publish.app.get(DownloadsProjection, { strict: false });
    await Promise.all(Array.from({ length: 10 }, () => projection.onCounted(event as never)));
    expect((await ask(purl)).json['downloads']).toBe(7);
  });

  it('are in the counts of those alone who may read it (A5, A6)', async () => {
    const purl = await published();
    const before = (await publish.http('GET', '/api/v1/stats', { as: publish.member })).json['downloads'];
    await counted([purl], 11);
    await eventually(async () => expect((await ask(purl)).json['downloads']).toBe(11));
    const stats = async (as: Principal) => (await publish.http('GET', '/api/v1/stats', { as })).json['downloads'];
    expect(await stats(publish.member)).toBe(Number(before) + 11);
    expect(await stats(person())).toBe(0);
    expect((await ask(purl, '', person())).status).toBe(404);
    expect((await ask(purl, '', memberOf(randomUUID() as never))).status).toBe(404);
  });

  it.each(['from=2026-02-30', 'from=yesterday', 'to=0000-01-01', 'from=2026-02-01&to=2026-01-01', 'from=1990-01-01'])(
    'are of a period that there is: %s',
    async (query) => {
      expect((await ask(await published(), `&${query}`)).status).toBe(400);
    },
  );
});
