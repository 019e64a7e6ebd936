import { randomUUID } from 'node:crypto';
import type { RepositoryFacts } from '@waybill/contracts';
import { createRepository, moveTag, repositoryChanged, resolveResource } from '@waybill/contracts';
import type { OrganizationId } from '@waybill/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memberOf, person } from '../../test/principals.js';
import { leakedKey, type RunningPublish, startPublish } from '../../test/running-publish.js';

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
});
