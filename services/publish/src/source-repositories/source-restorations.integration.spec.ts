import { randomUUID } from 'node:crypto';
import type { RepositoryFacts } from '@waybill/contracts';
import { packageRolesInherited } from '@waybill/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningPublish, startPublish } from '../../test/running-publish.js';

let publish: RunningPublish;

beforeAll(async () => {
  publish = await startPublish();
  await publish.organization('acme');
});

afterAll(async () => {
  await publish.stop();
});

const people = [{ role: 'read', username: 'ada' }];
const given = [{ who: { username: 'ada' }, actions: ['read'] }];

async function linked() {
  const repository = await publish.repository('public');
  const name = `s-${randomUUID().slice(0, 8)}`;
  const { packagePurl: purl } = await publish.published({ repository, name });
  const at = (below = '') => `/api/v1/packages/${encodeURIComponent(purl)}${below}?repository=${repository.slug}`;
  const source = { forge: 'github', host: 'github.com', owner: 'acme', name };
  const body = { source: { ...source, inheritVisibility: true, inheritRoles: true } };
  expect((await publish.http('PATCH', at(), { as: publish.owner, body })).status).toBe(200);
  await report(name, { visibility: 'public', people });
  return { repository, name, purl, at };
}

async function report(name: string, body: object): Promise<void> {
  const path = `/api/v1/source-repositories/github/acme/${name}?org=acme&host=github.com`;
  expect((await publish.http('PUT', path, { as: publish.owner, body })).status).toBe(200);
}

function remove(path: string, confirm: string) {
  return publish.http('DELETE', path, { as: publish.owner, body: { confirm } });
}

async function peopleOf(repository: RepositoryFacts, purl: string): Promise<unknown[]> {
  const events = await publish.replay({ types: [packageRolesInherited.type] });
  return events
    .filter(({ subject }) => subject === `${repository.repositoryId}/${purl}`)
    .map(({ data }) => (data as { people: unknown }).people);
}

describe('what was reported of a source while its package was deleted', () => {
  it('holds for the restored package: private meanwhile is private after it (A9)', async () => {
    const { name, at } = await linked();
    expect((await publish.http('GET', at())).status).toBe(200);
    expect((await remove(at(), name)).status).toBe(200);
    await report(name, { visibility: 'private', people });
    const restored = await publish.http('POST', at('/restore'), { as: publish.owner });
    expect(restored).toMatchObject({ status: 200, json: { visibility: 'private' } });
    expect((await publish.http('GET', at())).status).toBe(401);
  });

  it('holds for a package whose repository was deleted and restored (A9)', async () => {
    const { name, at, repository, purl } = await linked();
    const path = `/api/v1/repositories/${repository.slug}`;
    expect((await remove(path, repository.slug)).status).toBe(200);
    await report(name, { visibility: 'private', people: [] });
    expect((await publish.http('POST', `${path}/restore`, { as: publish.owner })).status).toBe(200);
    expect((await publish.http('GET', at())).status).toBe(401);
    expect((await publish.http('GET', at(), { as: publish.owner })).json).toMatchObject({ visibility: 'private' });
    expect(await peopleOf(repository, purl)).toEqual([[], given, []]);
  });

  it('gives people what it says now when the package is restored, and nothing while it is deleted (T11)', async () => {
    const { name, at, repository, purl } = await linked();
    await remove(at(), name);
    await report(name, { visibility: 'public', people: [{ role: 'write', username: 'bob' }] });
    expect(await peopleOf(repository, purl)).toEqual([[], given]);
    await publish.http('POST', at('/restore'), { as: publish.owner });
    expect(await peopleOf(repository, purl)).toEqual([
      [],
      given,
      [{ who: { username: 'bob' }, actions: ['read', 'publish', 'metadata'] }],
    ]);
  });

  it('is the last word of a restoration and of 20 reports at the same time', async () => {
    const { name, at } = await linked();
    await remove(at(), name);
    const visibilities = ['public', 'private', 'internal'] as const;
    await Promise.all([
      ...Array.from({ length: 20 }, (_, index) => report(name, { visibility: visibilities[index % 3], people })),
      publish.http('POST', at('/restore'), { as: publish.owner }),
    ]);
    const path = `/api/v1/source-repositories/github/acme/${name}?org=acme&host=github.com`;
    const { json } = await publish.http('GET', path, { as: publish.owner });
    expect((await publish.http('GET', at(), { as: publish.owner })).json['visibility']).toBe(json['visibility']);
  });
});
