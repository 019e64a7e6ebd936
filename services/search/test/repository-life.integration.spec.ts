import type { RepositoryFacts } from '@waybill/contracts';
import { repositoryChanged, repositoryCreated, repositoryPurged } from '@waybill/contracts';
import type { OrganizationId, Principal, SessionId, UserId } from '@waybill/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PackageHistory } from './package-history.js';
import { type RunningSearch, startSearch } from './running-search.js';

let search: RunningSearch;

beforeAll(async () => {
  search = await startSearch();
});

afterAll(async () => {
  await search.stop();
});

async function withPackage(visibility: RepositoryFacts['visibility'] = 'public'): Promise<RepositoryFacts> {
  const repository = await search.repository(visibility);
  const { type, ...event } = new PackageHistory(repository, 'left-pad').published('1.0.0');
  await search.emit(type, event);
  await search.settled();
  return repository;
}

async function change(repository: RepositoryFacts, version: number, data: object): Promise<void> {
  await search.emit(repositoryChanged, {
    aggregate: repository.repositoryId,
    version,
    data: { ...repository, ...data },
  });
  await search.settled();
}

function memberOf(organizationId: OrganizationId): Principal {
  return {
    kind: 'user',
    userId: crypto.randomUUID() as UserId,
    sessionId: crypto.randomUUID() as SessionId,
    username: 'alice',
    installationAdmin: false,
    grants: [{ kind: 'organization', organizationId, role: 'member' }],
  };
}

describe('a repository', () => {
  it('that is deleted is searched by nobody, and by all again when it is restored', async () => {
    const repository = await withPackage();
    await change(repository, 2, { deleted: true });
    expect((await search.search(repository)).total).toBe(0);
    await change(repository, 3, { deleted: false });
    expect((await search.search(repository)).total).toBe(1);
    await change(repository, 2, { deleted: true });
    expect((await search.search(repository)).total).toBe(1);
  });

  it('that is purged is forgotten, and late news does not bring it back', async () => {
    const repository = await withPackage();
    const { repositoryId, organizationId, slug } = repository;
    await change(repository, 2, { deleted: true });
    await search.emit(repositoryPurged, {
      aggregate: repositoryId,
      version: 3,
      data: { repositoryId, organizationId, slug },
    });
    await search.emit(repositoryCreated, { aggregate: repositoryId, version: 1, data: repository });
    await change(repository, 2, { deleted: false });
    expect((await search.search(repository)).total).toBe(0);
  });

  it('that is transferred is searched by its new members alone (A5)', async () => {
    const repository = await withPackage('private');
    const to = crypto.randomUUID() as OrganizationId;
    const totals = async () =>
      Promise.all(
        [repository.organizationId, to].map(
          async (organizationId) => (await search.search(repository, { principal: memberOf(organizationId) })).total,
        ),
      );
    expect(await totals()).toEqual([1, 0]);
    await change(repository, 2, { organizationId: to, transferredFrom: repository.organizationId });
    expect(await totals()).toEqual([0, 1]);
  });
});
