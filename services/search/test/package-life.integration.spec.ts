import { randomUUID } from 'node:crypto';
import type { RepositoryFacts } from '@waybill/contracts';
import type { Principal } from '@waybill/domain';
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

async function foundIn(repository: RepositoryFacts, principal?: Principal) {
  const { packages, total } = await search.search(repository, principal === undefined ? {} : { principal });
  expect(total).toBe(packages.length);
  return packages.map(({ packagePurl, version }) => `${packagePurl.replace('pkg:npm/', '')}@${version}`);
}

function memberOf({ organizationId }: RepositoryFacts): Principal {
  const grants = [{ kind: 'organization', organizationId, role: 'member' }];
  return {
    kind: 'user',
    userId: randomUUID(),
    sessionId: randomUUID(),
    username: 'bob',
    installationAdmin: false,
    grants,
  } as unknown as Principal;
}

describe('a package that lives', () => {
  it('is found by those only whom it lets, and by everybody again (A5, A9)', async () => {
    const main = await search.repository();
    const pad = new PackageHistory(main, 'pad');
    await tell(pad.published('1.0.0'), pad.says('private'));
    expect(await foundIn(main)).toEqual([]);
    expect(await foundIn(main, memberOf(main))).toEqual(['pad@1.0.0']);
    await tell(pad.says('unlisted'));
    expect(await foundIn(main)).toEqual([]);
    await tell(pad.published('2.0.0'));
    expect(await foundIn(main)).toEqual([]);
    await tell(pad.says(null));
    expect(await foundIn(main)).toEqual(['pad@2.0.0']);
  });

  it('is found again as it was when it was restored, whatever order that is told in', async () => {
    for (const isReversed of [false, true]) {
      const main = await search.repository();
      const pad = new PackageHistory(main, 'pad');
      await tell(pad.published('1.0.0'), pad.published('2.0.0', {}, ['next']));
      const life = [
        pad.withdrawn(['1.0.0', '2.0.0'], ['latest']),
        pad.restored(['1.0.0', '2.0.0'], { latest: '1.0.0' }),
      ];
      await tell(...(isReversed ? life.toReversed() : life));
      expect(await foundIn(main)).toEqual(['pad@1.0.0']);
    }
  });

  it('is found where it was moved to and nowhere else, with what is told of its old place late', async () => {
    const [main, other] = [await search.repository(), await search.repository()];
    const pad = new PackageHistory(main, 'pad');
    const first = pad.published('1.0.0', { description: 'First.' });
    const late = pad.published('2.0.0');
    const moved = pad.movedTo(other);
    await tell(first, pad.ownedBy('bob'), moved);
    expect([await foundIn(main), await foundIn(other)]).toEqual([[], ['pad@1.0.0']]);
    await tell(late);
    expect([await foundIn(main), await foundIn(other)]).toEqual([[], ['pad@2.0.0']]);
    const three = pad.published('3.0.0');
    const back = pad.movedTo(main);
    await tell(back, three, moved);
    expect([await foundIn(main), await foundIn(other)]).toEqual([['pad@3.0.0'], []]);
    await tell(pad.published('4.0.0'));
    expect([await foundIn(main), await foundIn(other)]).toEqual([['pad@4.0.0'], []]);
  });
});
