import { randomUUID } from 'node:crypto';
import { downloadsCounted, repositoryCreated } from '@waybill/contracts';
import type { RepositoryFacts } from '@waybill/contracts';
import type { PackagePurl, Principal } from '@waybill/domain';
import { eventually } from '@waybill/testing';
import fc from 'fast-check';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DownloadsAgeing } from '../src/downloads/downloads.ageing.js';
import type { Fact } from './package-history.js';
import { PackageHistory } from './package-history.js';
import type { RunningSearch } from './running-search.js';
import { envelopeOf, repositoryOf, startSearch } from './running-search.js';

let search: RunningSearch;

beforeAll(async () => {
  search = await startSearch();
});

afterAll(async () => {
  await search.stop();
});

async function tell(...facts: Fact[]): Promise<void> {
  for (const { type, ...event } of facts) await search.emit(type, event);
  await search.settled();
}

async function namesIn(repository: RepositoryFacts, text = '', principal?: Principal): Promise<string[]> {
  const { packages } = await search.search(repository, { text, ...(principal === undefined ? {} : { principal }) });
  return packages.map(({ packagePurl }) => packagePurl.replace('pkg:npm/', ''));
}

describe('a package', () => {
  it('is found from its first release on, as its latest version says', async () => {
    const main = await search.repository();
    const pad = new PackageHistory(main, 'left-pad');
    await tell(pad.published('1.0.0', { description: 'Pads strings.' }), pad.ownedBy('bob'));
    const summary = { description: 'Pads all texts.', keywords: ['Text'], license: 'MIT' };
    await tell(pad.published('1.1.0', summary), pad.published('2.0.0-beta', { description: 'Soon.' }, ['next']));
    expect(await search.search(main, { text: 'left pad' })).toMatchObject({
      total: 1,
      packages: [
        { packagePurl: pad.purl, version: '1.1.0', summary, publishedBy: 'alice', deprecated: false, downloads: 0 },
      ],
    });
    expect(await namesIn(main, 'texts')).toEqual(['left-pad']);
    expect(await namesIn(main, 'soon')).toEqual([]);
    expect((await search.search(main, { username: 'bob' })).total).toBe(1);
    expect((await search.search(main, { keywords: ['text'] })).total).toBe(1);
  });

  it('follows its tag, its deprecation and its withdrawal', async () => {
    const main = await search.repository();
    const pad = new PackageHistory(main, '@acme/pad');
    const now = async () =>
      (await search.search(main)).packages.map(({ version, deprecated }) => ({ version, deprecated }));
    await tell(pad.published('1.0.0'), pad.published('2.0.0'));
    expect(await now()).toEqual([{ version: '2.0.0', deprecated: false }]);
    await tell(pad.tagged('latest', '1.0.0'));
    expect(await now()).toEqual([{ version: '1.0.0', deprecated: false }]);
    await tell(pad.deprecated('1.0.0', 'Use 2.'));
    expect(await now()).toEqual([{ version: '1.0.0', deprecated: true }]);
    await tell(pad.deprecated('1.0.0', null));
    expect(await now()).toEqual([{ version: '1.0.0', deprecated: false }]);
    await tell(pad.untagged('latest'));
    expect(await now()).toEqual([{ version: '2.0.0', deprecated: false }]);
    await tell(pad.withdrawn(['2.0.0'], [], { latest: '1.0.0' }));
    expect(await now()).toEqual([{ version: '1.0.0', deprecated: false }]);
    await tell(pad.withdrawn(['1.0.0'], ['latest']));
    expect(await now()).toEqual([]);
    await tell(pad.published('3.0.0'));
    expect(await now()).toEqual([{ version: '3.0.0', deprecated: false }]);
  });

  it('is the same in whatever order its facts arrive, and however often', async () => {
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray([0, 1, 2, 3, 4, 5, 6, 7], { minLength: 8 }), async (order) => {
        const main = await search.repository();
        const pad = new PackageHistory(main, 'pad');
        const facts = [
          pad.published('1.0.0', { description: 'one' }),
          pad.published('1.1.0', { description: 'two' }),
          pad.published('1.2.0', { description: 'three' }),
          pad.tagged('latest', '1.0.0'),
          pad.withdrawn(['1.0.0'], ['latest'], { latest: '1.1.0' }),
          pad.deprecated('1.1.0', 'no'),
          pad.ownedBy('bob'),
          pad.ownedBy('carol'),
        ];
        await tell(...order.flatMap((place) => facts[place] ?? []), ...facts.slice(0, 4));
        const { packages } = await search.search(main);
        expect(packages).toMatchObject([{ version: '1.1.0', deprecated: true, summary: { description: 'two' } }]);
        expect((await search.search(main, { username: 'carol' })).total).toBe(1);
        expect((await search.search(main, { username: 'bob' })).total).toBe(0);
      }),
      { numRuns: 12 },
    );
  });
});

describe('downloads', () => {
  const counted = (repository: RepositoryFacts, counts: Record<string, number>, to = new Date()) => ({
    from: to.toISOString(),
    to: to.toISOString(),
    downloads: Object.entries(counts).map(([purl, count]) => ({ repositoryId: repository.repositoryId, purl, count })),
  });

  it('of all versions and gateways are added, each event once', async () => {
    const main = await search.repository();
    const pad = new PackageHistory(main, 'pad');
    await tell(pad.published('1.0.0'), pad.published('1.1.0'));
    const data = counted(main, { [`${pad.purl}@1.0.0`]: 3, [`${pad.purl}@1.1.0`]: 4, 'pkg:npm/unknown@1.0.0': 1 });
    const id = randomUUID();
    await tell({ type: downloadsCounted, aggregate: 'one', version: 1, data, id });
    await tell({ type: downloadsCounted, aggregate: 'one', version: 1, data, id });
    await tell({
      type: downloadsCounted,
      aggregate: 'two',
      version: 1,
      data: counted(main, { [`${pad.purl}@1.0.0`]: 5 }),
    });
    expect((await search.search(main)).packages).toMatchObject([{ downloads: 12 }]);
  });

  it('that many gateways count at the same time are all told to the index', async () => {
    const main = await search.repository();
    const pad = new PackageHistory(main, 'pad');
    await tell(pad.published('1.0.0'));
    const data = counted(main, { [`${pad.purl}@1.0.0`]: 1 });
    const gateways = Array.from({ length: 40 }, () => randomUUID());
    await tell(...gateways.map((aggregate) => ({ type: downloadsCounted, aggregate, version: 1, data })));
    expect((await search.search(main)).packages).toMatchObject([{ downloads: gateways.length }]);
  });

  it('count for thirty days', async () => {
    const main = await search.repository();
    const pad = new PackageHistory(main, 'pad');
    await tell(pad.published('1.0.0'));
    const old = counted(main, { [`${pad.purl}@1.0.0`]: 7 }, new Date(Date.now() - 40 * 86_400_000));
    const recent = counted(main, { [`${pad.purl}@1.0.0`]: 2 }, new Date(Date.now() - 20 * 86_400_000));
    await tell(
      { type: downloadsCounted, aggregate: 'three', version: 1, data: old },
      { type: downloadsCounted, aggregate: 'three', version: 2, data: recent },
    );
    expect((await search.search(main)).packages).toMatchObject([{ downloads: 2 }]);
    const dataSource = search.app.get(DataSource, { strict: false });
    await dataSource.query(`UPDATE downloads SET day = day - 15 WHERE repository_id = $1`, [main.repositoryId]);
    await search.app.get(DownloadsAgeing, { strict: false }).age();
    expect((await search.search(main)).packages).toMatchObject([{ downloads: 0 }]);
    expect(await dataSource.query('SELECT 1 FROM downloads WHERE repository_id = $1', [main.repositoryId])).toEqual([]);
  });
});

describe('who may find what', () => {
  const person = { userId: randomUUID(), username: 'bob', installationAdmin: false };

  it('is decided for each package where grants reach that deep (A5, A7)', async () => {
    const secret = await search.repository('private');
    const [one, two] = [new PackageHistory(secret, 'one'), new PackageHistory(secret, 'two')];
    await tell(one.published('1.0.0'), two.published('1.0.0'));
    const { repositoryId, organizationId } = secret;
    const reader = (grants: unknown[]) =>
      ({ kind: 'user', sessionId: randomUUID(), ...person, grants }) as unknown as Principal;
    const onOne = (action: string) => ({ kind: 'packages', repositoryId, purls: [one.purl], actions: [action] });
    expect(await namesIn(secret)).toEqual([]);
    expect(await namesIn(secret, '', reader([]))).toEqual([]);
    expect(await namesIn(secret, '', reader([onOne('publish')]))).toEqual([]);
    expect(await namesIn(secret, '', reader([onOne('read')]))).toEqual(['one']);
    const member = [{ kind: 'organization', organizationId, role: 'reader' }];
    expect((await namesIn(secret, '', reader(member))).toSorted()).toEqual(['one', 'two']);
    const { sessionId: _session, ...bob } = reader(member) as Extract<Principal, { kind: 'user' }>;
    const scopes = [{ actions: ['read'], on: { kind: 'package', repositoryId, purl: two.purl } }];
    const token = { ...bob, kind: 'token', tokenId: randomUUID(), scopes } as unknown as Principal;
    expect(await namesIn(secret, '', token)).toEqual(['two']);
    expect((await search.search(secret, { principal: token, text: 'one' })).total).toBe(0);
  });

  it('is nothing in a repository that nobody has announced (A6)', async () => {
    expect(await search.search(repositoryOf('public'))).toEqual({ total: 0, packages: [] });
  });
});

describe('the service', () => {
  it('builds what it lacks from the event log at its first start', async () => {
    const main = repositoryOf('public');
    const pad = new PackageHistory(main, 'pad');
    const log = [
      envelopeOf(repositoryCreated, { aggregate: main.repositoryId, version: 1, data: main }),
      ...[pad.published('1.0.0'), pad.published('1.1.0')].map(({ type, ...event }) => envelopeOf(type, event)),
    ];
    const rebuilt = await startSearch(log);
    try {
      const { packages } = await eventually(async () => {
        const reply = await rebuilt.search(main);
        if (reply.packages[0]?.version !== '1.1.0') throw new Error('not built yet');
        return reply;
      });
      expect(packages).toMatchObject([{ packagePurl: 'pkg:npm/pad' as PackagePurl, version: '1.1.0' }]);
    } finally {
      await rebuilt.stop();
    }
  });

  it('says that it is ready, and counts the events and questions that it has handled', async () => {
    const health = `http://127.0.0.1:${search.healthPort}`;
    expect((await fetch(`${health}/readyz`)).status).toBe(200);
    await search.search(await search.repository());
    const metrics = await (await fetch(`${health}/metrics`)).text();
    expect(metrics).toContain('waybill_events_total{');
    expect(metrics).toContain('waybill_requests_total{method="search.package.query.v1",status="ok"');
  });

  it('refuses what is not in the contract', async () => {
    const main = await search.repository();
    await expect(search.search(main, { size: 1000 })).rejects.toMatchObject({ kind: 'invalid' });
    await expect(search.search(main, { text: 'a'.repeat(501) })).rejects.toMatchObject({ kind: 'invalid' });
  });
});
