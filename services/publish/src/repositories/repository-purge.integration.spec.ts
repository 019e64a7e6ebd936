import { randomUUID } from 'node:crypto';
import type { RepositoryFacts } from '@waybill/contracts';
import { createRepository, repositoryPurged } from '@waybill/contracts';
import type { OrganizationId, Principal } from '@waybill/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memberOf, person } from '../../test/principals.js';
import { type RunningPublish, startPublish } from '../../test/running-publish.js';
import { RepositoryPurge } from './repository-purge.js';

const day = 24 * 60 * 60 * 1000;
const path = '/api/v1/repositories';
let publish: RunningPublish;
let purge: RepositoryPurge;
const other = randomUUID() as OrganizationId;
const otherOwner = memberOf(other, 'owner');

beforeAll(async () => {
  publish = await startPublish();
  purge = publish.app.get(RepositoryPurge, { strict: false });
  await publish.organization('acme');
  await publish.organization('globex', other);
});

afterAll(async () => {
  await publish.stop();
});

function remove({ slug }: RepositoryFacts, as = publish.owner, confirm: string = slug) {
  return publish.http('DELETE', `${path}/${slug}`, { as, body: { confirm } });
}

function restore({ slug }: RepositoryFacts, as = publish.owner) {
  return publish.http('POST', `${path}/${slug}/restore`, { as });
}

async function letDaysPass({ repositoryId }: RepositoryFacts, days: number): Promise<void> {
  await publish.query('UPDATE repositories SET deleted_at = deleted_at - $2::interval WHERE repository_id = $1', [
    repositoryId,
    `${days} days`,
  ]);
}

/** A slug that was a repository's of `acme`. */
async function purgedSlug(): Promise<string> {
  const repository = await publish.repository('private');
  await remove(repository);
  await letDaysPass(repository, 31);
  expect(await purge.purge()).toBe(1);
  return repository.slug;
}

function create(slug: string, organization: string, as: Principal, more: object = {}) {
  return publish.http('POST', path, { as, body: { slug, organization, visibility: 'public', ...more } });
}

describe('a repository that was deleted', () => {
  it('is gone for good after 30 days, with all that was in it, and its organization may use its name again', async () => {
    const repository = await publish.repository('public');
    const kept = await publish.repository('public');
    await publish.published({ repository, tags: ['latest'] });
    await publish.published({ repository, name: 'other' });
    await publish.published({ repository: kept });
    await remove(repository);
    await letDaysPass(repository, 29);
    expect(await purge.purge()).toBe(0);
    expect((await restore(repository)).status).toBe(200);
    await remove(repository);
    await letDaysPass(repository, 30);
    expect(await restore(repository)).toMatchObject({ status: 410, json: { code: 'repository.purged' } });
    expect(await purge.purge(new Date(Date.now() + day))).toBe(1);
    expect((await restore(repository)).status).toBe(404);
    expect(await publish.query('SELECT 1 FROM packages WHERE repository_id = $1', [repository.repositoryId])).toEqual(
      [],
    );
    expect(await publish.query('SELECT 1 FROM packages WHERE repository_id = $1', [kept.repositoryId])).toHaveLength(1);
    const { repositoryId, slug } = repository;
    const events = await publish.replay({ types: [repositoryPurged.type] });
    expect(events.map(({ data }) => data)).toContainEqual({
      repositoryId,
      slug,
      organizationId: publish.organizationId,
    });
    expect((await create(slug, 'acme', publish.owner)).status).toBe(201);
  });
});

describe('the name of a repository that is gone for good', () => {
  it('is not given to another organization, in the words for a name that is in use (A6, I8)', async () => {
    const slug = await purgedSlug();
    const inUse = await publish.repository('private');
    const [gone, used] = [await create(slug, 'globex', otherOwner), await create(inUse.slug, 'globex', otherOwner)];
    expect(gone).toMatchObject({ status: 409, json: { code: 'repository.exists' } });
    expect(gone.withoutRequestId.replaceAll(slug, '')).toBe(used.withoutRequestId.replaceAll(inUse.slug, ''));
    const message = { slug, organizationId: other, visibility: 'public', createdBy: 'operator' } as const;
    await expect(publish.ask(createRepository, message)).rejects.toMatchObject({ code: 'repository.exists' });
    expect((await publish.http('GET', `${path}/${slug}`, { as: otherOwner })).status).toBe(404);
    expect((await create(slug, 'acme', publish.owner)).status).toBe(201);
  });

  it('is taken over for another organization by an administrator of the installation who says so (A2, W9)', async () => {
    const slug = await purgedSlug();
    const operator = person([], { installationAdmin: true });
    expect((await create(slug, 'globex', otherOwner, { takeOver: true })).status).toBe(403);
    expect((await create('never-was', 'globex', otherOwner, { takeOver: true })).status).toBe(403);
    expect((await create(slug, 'globex', operator)).status).toBe(409);
    const { json } = await create(slug, 'globex', operator, { takeOver: true });
    const audited = await publish.query(
      `SELECT organization_id, details FROM audit_events WHERE subject = $1 AND action = 'repository.create'`,
      [`repository:${String(json['repositoryId'])}`],
    );
    expect(audited).toEqual([{ organization_id: other, details: { slug, visibility: 'public', takeOver: true } }]);
    expect((await create(slug, 'acme', publish.owner)).status).toBe(409);
  });
});
