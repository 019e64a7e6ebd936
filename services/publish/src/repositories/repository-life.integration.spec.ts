import { randomUUID } from 'node:crypto';
import type { RepositoryFacts } from '@waybill/contracts';
import {
  createRepository,
  deprecateReleases,
  moveTag,
  organizationUsage,
  repositoryChanged,
  repositoryPurged,
  resolveResource,
  withdrawReleases,
} from '@waybill/contracts';
import type { OrganizationId } from '@waybill/domain';
import { encodeCursor } from '@waybill/management-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memberOf, person } from '../../test/principals.js';
import { leakedKey, type RunningPublish, startPublish } from '../../test/running-publish.js';
import { RepositoryPurge } from './repository-purge.js';

const day = 24 * 60 * 60 * 1000;
const path = '/api/v1/repositories';
let publish: RunningPublish;

beforeAll(async () => {
  publish = await startPublish();
  await publish.organization('acme');
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

function view({ slug }: RepositoryFacts, as = publish.owner) {
  return publish.http('GET', `${path}/${slug}`, { as });
}

async function eventsOf({ repositoryId }: RepositoryFacts): Promise<unknown[]> {
  const events = await publish.replay({ types: [repositoryChanged.type] });
  return events.filter(({ subject }) => subject === repositoryId).map(({ data }) => data);
}

async function actionsOn({ repositoryId }: RepositoryFacts): Promise<unknown[]> {
  const entries = (await publish.audit(`repository:${repositoryId}`)) as [string, string][];
  return entries.map(([, action]) => action);
}

async function letDaysPass({ repositoryId }: RepositoryFacts, days: number): Promise<void> {
  await publish.query('UPDATE repositories SET deleted_at = deleted_at - $2::interval WHERE repository_id = $1', [
    repositoryId,
    `${days} days`,
  ]);
}

describe('a change of a repository', () => {
  it('says what is otherwise and leaves the rest, with one event and one audit entry (RFC 7396, W9)', async () => {
    const repository = await publish.repository('public');
    const patch = (body: object) => publish.http('PATCH', `${path}/${repository.slug}`, { as: publish.owner, body });
    expect((await patch({ description: 'Ours.' })).json).toMatchObject({ description: 'Ours.', visibility: 'public' });
    expect((await patch({ archived: true, description: null })).json).toMatchObject({
      description: '',
      archived: true,
    });
    expect((await patch({})).status).toBe(200);
    expect(await eventsOf(repository)).toMatchObject([{ archived: false }, { archived: true, deleted: false }]);
    expect(await actionsOn(repository)).toEqual(['repository.create', 'repository.change', 'repository.change']);
    for (const wrong of [{ visibility: null }, { archived: 'yes' }, { slug: 'other' }, { description: 'x\0' }]) {
      expect((await patch(wrong)).status).toBe(400);
    }
  });

  it('is made to the version that was read, where that is named (RFC 9110, 13.1.1)', async () => {
    const repository = await publish.repository('public');
    const { etag } = await view(repository);
    const patch = (match: string, description: string) =>
      publish.http('PATCH', `${path}/${repository.slug}`, {
        as: publish.owner,
        body: { description },
        headers: { 'if-match': match },
      });
    const changed = await patch(etag ?? '', 'first');
    expect(changed).toMatchObject({ status: 200 });
    expect(changed.etag).not.toBe(etag);
    expect(await patch(etag ?? '', 'second')).toMatchObject({ status: 412, json: { code: 'etag.stale' } });
    expect((await view(repository)).json).toMatchObject({ description: 'first' });
  });
});

describe('an archived repository', () => {
  it('is read, and nothing in it changes until it is unarchived', async () => {
    const repository = await publish.repository('public');
    const { packagePurl, releaseId } = await publish.published({ repository, tags: ['latest'] });
    const held = await publish.held({ repository, version: '2.0.0' }, leakedKey);
    const archive = (archived: boolean) =>
      publish.http('PATCH', `${path}/${repository.slug}`, { as: publish.owner, body: { archived } });
    expect(await archive(true)).toMatchObject({ status: 200, json: { archived: true } });
    const wish = { principal: publish.owner, repositoryId: repository.repositoryId, packagePurl, requestId: 'test' };
    const refused = { kind: 'conflict', code: 'repository.archived' };
    await expect(publish.submit({ repository, version: '3.0.0' })).rejects.toMatchObject(refused);
    await expect(publish.submit({ repository, name: 'other' })).rejects.toMatchObject(refused);
    await expect(publish.ask(moveTag, { ...wish, tag: 'beta', version: '1.0.0' })).rejects.toMatchObject(refused);
    await expect(publish.ask(deprecateReleases, { ...wish, messages: { '1.0.0': 'old' } })).rejects.toMatchObject(
      refused,
    );
    await expect(publish.ask(withdrawReleases, { ...wish, versions: 'all', tags: {} })).rejects.toMatchObject(refused);
    const review = { as: publish.owner, body: { reason: 'It is fine.' } };
    const approve = () => publish.http('POST', `/api/v1/held-releases/${held.releaseId}/approve`, review);
    expect(await approve()).toMatchObject({ status: 409, json: { code: 'repository.archived' } });
    expect((await publish.release({ releaseId })).state).toBe('published');
    await archive(false);
    expect(await approve()).toMatchObject({ status: 200 });
    expect((await publish.submit({ repository, version: '3.0.0' })).release.state).toBe('quarantined');
  });

  it('refuses in words that name it, and tells strangers of a private one nothing (A6)', async () => {
    const repository = await publish.repository('private');
    await publish.http('PATCH', `${path}/${repository.slug}`, { as: publish.owner, body: { archived: true } });
    await expect(publish.submit({ repository })).rejects.toThrow(new RegExp(`${repository.slug} is archived`));
    await expect(publish.submit({ repository, by: person() })).rejects.toMatchObject({ kind: 'not-found' });
  });
});

describe('a deleted repository', () => {
  it('is deleted by who administers it, has said its name, and has just proven who they are (W7)', async () => {
    const repository = await publish.repository('public');
    expect(await remove(repository, publish.member)).toMatchObject({ status: 403 });
    expect(await remove(repository, person())).toMatchObject({ status: 403 });
    expect(await remove(repository, publish.owner, 'another')).toMatchObject({
      status: 400,
      json: { code: 'repository.not-confirmed', errors: [{ field: 'body.confirm' }] },
    });
    const grant = { kind: 'organization', organizationId: publish.organizationId, role: 'owner' } as const;
    expect(await remove(repository, person([grant], { proven: false }))).toMatchObject({
      status: 403,
      json: { code: 'auth.step-up-required' },
    });
    expect((await view(repository)).status).toBe(200);
    expect(await remove(repository)).toMatchObject({ status: 200, json: { slug: repository.slug } });
  });

  it('is as if it did not exist to everybody, in every way to ask, until it is restored as it was (A6)', async () => {
    const repository = await publish.repository('public');
    const { packagePurl, releaseId } = await publish.published({ repository });
    const held = await publish.held({ repository, version: '2.0.0' }, leakedKey);
    await remove(repository);
    const missing = { ...repository, slug: 'never-was', repositoryId: randomUUID() as never };
    for (const as of [publish.owner, publish.member, person()]) {
      const [gone, never] = [await view(repository, as), await view(missing, as)];
      expect([gone.status, gone.withoutRequestId]).toEqual([404, never.withoutRequestId]);
    }
    const listed = await publish.http('GET', `${path}?limit=100&org=acme`, { as: publish.owner });
    expect(listed.items.map(({ slug }) => slug)).not.toContain(repository.slug);
    const wish = { principal: publish.owner, repositoryId: repository.repositoryId, packagePurl, requestId: 'test' };
    await expect(publish.submit({ repository, version: '3.0.0' })).rejects.toMatchObject({ kind: 'not-found' });
    await expect(publish.ask(moveTag, { ...wish, tag: 'b', version: '1.0.0' })).rejects.toMatchObject({
      kind: 'not-found',
    });
    expect(await publish.ask(resolveResource, { repository: repository.slug })).toEqual({ resource: null });
    const waiting = await publish.http('GET', '/api/v1/held-releases?state=held', { as: publish.owner });
    expect(waiting.items.map((item) => item['releaseId'])).not.toContain(held.releaseId);
    expect((await publish.http('GET', `/api/v1/held-releases/${held.releaseId}`, { as: publish.owner })).status).toBe(
      404,
    );

    expect(await restore(repository)).toMatchObject({ status: 200, json: { deletedAt: null } });
    expect((await view(repository)).status).toBe(200);
    const { state, artifacts } = await publish.release({ releaseId });
    expect(state).toBe('published');
    expect(await publish.store.stat(artifacts[0]!.digests.sha256)).toBeDefined();
    expect(await eventsOf(repository)).toMatchObject([{ deleted: true }, { deleted: false }]);
    expect(await actionsOn(repository)).toEqual(['repository.create', 'repository.delete', 'repository.restore']);
  });

  it('is listed and restored by who may restore in its organization, and known to nobody else (A6)', async () => {
    const repository = await publish.repository('private');
    await remove(repository);
    const deleted = async (as = publish.owner) =>
      (await publish.http('GET', `${path}?deleted=true&limit=100`, { as })).items.map(({ slug }) => slug);
    expect(await deleted()).toContain(repository.slug);
    const stranger = memberOf(randomUUID() as OrganizationId, 'owner');
    for (const as of [publish.member, stranger, person()]) {
      expect(await deleted(as)).not.toContain(repository.slug);
      const [gone, never] = [await restore(repository, as), await restore({ ...repository, slug: 'never-was' }, as)];
      expect([gone.status, gone.withoutRequestId]).toEqual([404, never.withoutRequestId]);
    }
    expect((await restore(repository)).status).toBe(200);
    expect(await restore(repository)).toMatchObject({ status: 409, json: { code: 'repository.not-deleted' } });
  });

  it('is deleted, and restored, by one of 50 at the same time', async () => {
    const repository = await publish.repository('public');
    const outcomes = async (work: () => Promise<{ status: number }>) => {
      const all = await Promise.all(Array.from({ length: 50 }, async () => (await work()).status));
      return [all.filter((status) => status === 200).length, all.filter((status) => status === 409).length];
    };
    expect(await outcomes(() => remove(repository))).toEqual([1, 49]);
    expect(await outcomes(() => restore(repository))).toEqual([1, 49]);
    expect(await actionsOn(repository)).toEqual(['repository.create', 'repository.delete', 'repository.restore']);
    expect(await eventsOf(repository)).toHaveLength(2);
  });

  it('keeps its name, for its organization and from others', async () => {
    const repository = await publish.repository('public');
    await remove(repository);
    const body = { slug: repository.slug, organization: 'acme', visibility: 'public' };
    expect(await publish.http('POST', path, { as: publish.owner, body })).toMatchObject({
      status: 409,
      json: { code: 'repository.deleted' },
    });
    const wanted = { slug: repository.slug, visibility: 'public', createdBy: 'operator' } as const;
    const other = { ...wanted, organizationId: randomUUID() as OrganizationId };
    await expect(publish.ask(createRepository, other)).rejects.toMatchObject({ code: 'repository.exists' });
  });

  it('is gone for good after 30 days, with all that was in it, and its name is free', async () => {
    const repository = await publish.repository('public');
    const other = await publish.repository('public');
    await publish.published({ repository, tags: ['latest'] });
    await publish.published({ repository, name: 'other' });
    await publish.published({ repository: other });
    await remove(repository);
    const purge = publish.app.get(RepositoryPurge, { strict: false });
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
    expect(await publish.query('SELECT 1 FROM packages WHERE repository_id = $1', [other.repositoryId])).toHaveLength(
      1,
    );
    const { repositoryId, slug } = repository;
    const events = await publish.replay({ types: [repositoryPurged.type] });
    expect(events.map(({ data }) => data)).toContainEqual({
      repositoryId,
      slug,
      organizationId: publish.organizationId,
    });
    const body = { slug, organization: 'acme', visibility: 'public' };
    expect((await publish.http('POST', path, { as: publish.owner, body })).status).toBe(201);
  });
});

describe('other services', () => {
  it('are told what a repository and a package in it are, and what an organization owns', async () => {
    const organizationId = randomUUID() as OrganizationId;
    const repository = await publish.repository('private', organizationId);
    const { slug, repositoryId } = repository;
    const known = { organizationId, repositoryId, visibility: 'private' };
    const ask = (wanted: object) => publish.ask(resolveResource, { repository: slug, ...wanted });
    expect(await ask({})).toEqual({ resource: known });
    const packagePurl = 'pkg:npm/never-published';
    expect(await ask({ packagePurl, organizationId })).toEqual({ resource: { ...known, packagePurl } });
    expect(await ask({ organizationId: randomUUID() })).toEqual({ resource: null });
    await publish.published({ repository, by: memberOf(organizationId) });
    expect(await publish.ask(organizationUsage, { organizationId })).toEqual({ repositories: 1, packages: 1 });
    const nobody = { organizationId: randomUUID() as OrganizationId };
    expect(await publish.ask(organizationUsage, nobody)).toEqual({ repositories: 0, packages: 0 });
  });
});

describe('a list of repositories', () => {
  it('is filtered and sorted, and goes on where it ended in that order', async () => {
    const organizationId = randomUUID() as OrganizationId;
    await publish.organization('lists', organizationId);
    const owner = memberOf(organizationId, 'owner');
    const made = [];
    for (const visibility of ['public', 'private', 'public', 'internal'] as const) {
      made.push(await publish.repository(visibility, organizationId));
    }
    await publish.http('PATCH', `${path}/${made[0]!.slug}`, { as: owner, body: { archived: true } });
    const list = async (query: string) => {
      const seen: unknown[] = [];
      let next: string | undefined = `${path}?org=lists&${query}`;
      while (next !== undefined) {
        const page = await publish.http('GET', next, { as: owner });
        expect(page.status).toBe(200);
        seen.push(...page.items.map(({ slug }) => slug));
        next = /^<([^>]+)>; rel="next"$/.exec(page.link ?? '')?.[1];
      }
      return seen;
    };
    const slugs = made.map(({ slug }) => slug);
    expect(await list('sort=created&limit=1')).toEqual(slugs);
    expect(await list('sort=-created&limit=3')).toEqual(slugs.toReversed());
    expect(await list('sort=-slug&limit=2')).toEqual(slugs.toSorted().toReversed());
    expect(await list('visibility=private')).toEqual([slugs[1]]);
    expect(await list('archived=true')).toEqual([slugs[0]]);
    expect(await list('archived=false&sort=created')).toEqual(slugs.slice(1));
    expect((await publish.http('GET', `${path}?org=nobody`, { as: owner })).items).toEqual([]);
    const yearZero = `cursor=${encodeCursor({ slug: 'a', createdAt: '0000-01-01T00:00:00.000Z' })}`;
    for (const wrong of ['sort=size', 'archived=maybe', 'cursor=%2F', yearZero, 'after=x']) {
      expect((await publish.http('GET', `${path}?${wrong}`, { as: owner })).status).toBe(400);
    }
  });
});
