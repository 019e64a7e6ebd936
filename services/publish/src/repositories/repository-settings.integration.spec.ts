import type { RepositoryFacts } from '@waybill/contracts';
import { deprecateReleases, moveTag, repositoryChanged, withdrawReleases } from '@waybill/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { person } from '../../test/principals.js';
import { leakedKey, type RunningPublish, startPublish } from '../../test/running-publish.js';

const path = '/api/v1/repositories';
let publish: RunningPublish;

beforeAll(async () => {
  publish = await startPublish();
});

afterAll(async () => {
  await publish.stop();
});

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
