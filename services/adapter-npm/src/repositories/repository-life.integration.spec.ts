import type { RepositoryFacts } from '@waybill/contracts';
import {
  packageAggregate,
  releasePublished,
  repositoryChanged,
  repositoryCreated,
  repositoryPurged,
} from '@waybill/contracts';
import type { OrganizationId, RepositoryId } from '@waybill/domain';
import { driftOf } from '@waybill/persistence';
import { eventually } from '@waybill/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memberOf } from '../../test/principals.js';
import { type RunningAdapter, startAdapter } from '../../test/running-adapter.js';

let adapter: RunningAdapter;

beforeAll(async () => {
  adapter = await startAdapter();
});

afterAll(async () => {
  await adapter.stop();
});

async function withPackage(
  slug: string,
  visibility: RepositoryFacts['visibility'] = 'public',
): Promise<RepositoryFacts> {
  const ids = {
    repositoryId: crypto.randomUUID() as RepositoryId,
    organizationId: crypto.randomUUID() as OrganizationId,
  };
  const repository: RepositoryFacts = { ...ids, slug, visibility, kind: 'hosted' };
  await adapter.emit(repositoryCreated, { aggregate: repository.repositoryId, version: 1, data: repository });
  const release = await adapter.release(repository, { name: 'pad', version: '1.0.0' });
  const aggregate = packageAggregate(repository.repositoryId, release.packagePurl);
  await adapter.emit(releasePublished, { aggregate, version: 1, data: release });
  await becomes(repository, 200);
  return repository;
}

function change(repository: RepositoryFacts, version: number, data: object): Promise<unknown> {
  const event = { aggregate: repository.repositoryId, version, data: { ...repository, ...data } };
  return adapter.emit(repositoryChanged, event);
}

async function becomes(repository: RepositoryFacts, status: number): Promise<void> {
  await eventually(async () => {
    for (const target of ['/pad', '/pad/-/pad-1.0.0.tgz', '/-/package/pad/dist-tags']) {
      const answer = await adapter.call(`/npm/${repository.slug}${target}`, { principal: memberOf(repository) });
      expect([target, answer.status]).toEqual([target, status]);
    }
  });
}

async function bytesOf({ slug }: RepositoryFacts): Promise<string[]> {
  const answers = await Promise.all(['pad', 'pad/-/pad-1.0.0.tgz'].map((path) => adapter.call(`/npm/${slug}/${path}`)));
  return answers.map(({ bytes }) => bytes.toString('base64'));
}

describe('a repository', () => {
  it('that is deleted answers its own members as if it did not exist, and gives the very same bytes when it is restored (A6)', async () => {
    const repository = await withPackage('life');
    const before = await bytesOf(repository);
    await change(repository, 2, { deleted: true });
    await becomes(repository, 404);
    const principal = memberOf(repository);
    const [missing, deleted] = await Promise.all(
      ['never-was', 'life'].map((slug) => adapter.call(`/npm/${slug}/pad`, { principal })),
    );
    expect({ ...deleted?.json(), requestId: '' }).toEqual({ ...missing?.json(), requestId: '' });
    await change(repository, 3, { deleted: false });
    await becomes(repository, 200);
    expect(await bytesOf(repository)).toEqual(before);
  });

  it('that is purged leaves nothing, and its name to another one', async () => {
    const repository = await withPackage('reused');
    const { repositoryId, organizationId, slug } = repository;
    await change(repository, 2, { deleted: true });
    await adapter.emit(repositoryPurged, {
      aggregate: repositoryId,
      version: 3,
      data: { repositoryId, organizationId, slug },
    });
    const another = { ...repository, repositoryId: crypto.randomUUID() as RepositoryId };
    await adapter.emit(repositoryCreated, { aggregate: another.repositoryId, version: 1, data: another });
    await change(repository, 2, { deleted: false });
    await eventually(async () => {
      const found = await adapter.dataSource.query<unknown[]>(
        'SELECT repository_id FROM repositories WHERE slug = $1',
        [slug],
      );
      expect(found).toEqual([{ repository_id: another.repositoryId }]);
    });
    await becomes(another, 404);
    for (const table of ['packages', 'releases', 'packuments', 'dist_tags']) {
      const left = await adapter.dataSource.query<unknown[]>(`SELECT 1 FROM ${table} WHERE repository_id = $1`, [
        repositoryId,
      ]);
      expect([table, left]).toEqual([table, []]);
    }
  });

  it('that is transferred is read by its new members alone (A1)', async () => {
    const repository = await withPackage('handed', 'private');
    const organizationId = crypto.randomUUID() as OrganizationId;
    await change(repository, 2, { organizationId, transferredFrom: repository.organizationId });
    await becomes(repository, 404);
    const theirs = { ...repository, organizationId };
    await becomes(theirs, 200);
    expect((await adapter.call('/npm/handed/pad', { principal: memberOf(repository) })).status).toBe(404);
  });

  it('is stored as its entity says', async () => {
    expect((await driftOf(adapter.dataSource)).filter((line) => line.includes('"repositories"'))).toEqual([]);
  });
});
