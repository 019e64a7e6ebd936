import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Fact } from './package-history.js';
import { PackageHistory } from './package-history.js';
import type { RunningSearch } from './running-search.js';
import { startSearch } from './running-search.js';

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

function query(sql: string): Promise<unknown[]> {
  return search.app.get(DataSource, { strict: false }).query<unknown[]>(sql);
}

describe('the first owner of a package', () => {
  const revisions = async (): Promise<unknown> =>
    (await query('SELECT sum(revision)::int AS sum, count(*)::int AS count FROM documents'))[0];

  it('is who published it, whom the document names already: nothing is indexed again', async () => {
    const main = await search.repository();
    const pad = new PackageHistory(main, 'pad');
    await tell(pad.published('1.0.0'));
    const before = await revisions();
    await tell(pad.ownedBy('alice'));
    expect(await revisions()).toEqual(before);
    expect((await search.search(main, { username: 'alice' })).total).toBe(1);
    await tell(pad.ownedBy('alice', 'bob'));
    expect((await search.search(main, { username: 'bob' })).total).toBe(1);
    await tell(pad.ownedBy('alice'));
    expect((await search.search(main, { username: 'bob' })).total).toBe(0);
  });

  it('is found again when somebody else publishes what stands for the package', async () => {
    const main = await search.repository();
    const pad = new PackageHistory(main, 'pad');
    await tell(pad.published('1.0.0'), pad.ownedBy('alice'));
    const other = pad.published('1.1.0');
    await tell({ ...other, data: { ...(other.data as object), publishedBy: { actor: 'user:2', username: 'bob' } } });
    expect((await search.search(main, { username: 'alice' })).total).toBe(1);
    expect((await search.search(main, { username: 'bob' })).total).toBe(1);
  });

  it('is indexed when the event comes again, since the index may not have been reached', async () => {
    const main = await search.repository();
    const pad = new PackageHistory(main, 'pad');
    const [first, owned] = [pad.published('1.0.0'), pad.ownedBy('carol')];
    await tell(first, owned);
    await query('UPDATE documents SET revision = 0, usernames = ARRAY[]::text[]');
    await tell(owned);
    expect((await search.search(main, { username: 'carol' })).total).toBe(1);
  });
});
