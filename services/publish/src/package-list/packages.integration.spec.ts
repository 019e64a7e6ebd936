import { randomUUID } from 'node:crypto';
import type { RepositoryFacts } from '@waybill/contracts';
import type { OrganizationId, PackagePurl, Principal } from '@waybill/domain';
import { anonymous } from '@waybill/domain';
import { encodeCursor } from '@waybill/management-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memberOf, person } from '../../test/principals.js';
import { type RunningPublish, startPublish } from '../../test/running-publish.js';

let publish: RunningPublish;
let repository: RepositoryFacts;
const stranger = person();

beforeAll(async () => {
  publish = await startPublish();
  repository = await publish.repository();
});

afterAll(async () => {
  await publish.stop();
});

const addressOf = (purl: string, at: RepositoryFacts = repository, below = '') =>
  `/api/v1/packages/${encodeURIComponent(purl)}${below}?repository=${at.slug}`;
const get = (target: string, as: Principal = anonymous) => publish.http('GET', target, { as });
const namesIn = (items: Record<string, unknown>[]) => items.map(({ name }) => name);

describe('a package', () => {
  it('is shown with its latest version, its tags and what it takes, and with an entity tag that changes with it', async () => {
    const name = `shown-${randomUUID().slice(0, 8)}`;
    const { packagePurl } = await publish.published({ repository, name, tags: ['latest'] });
    await publish.published({ repository, name, version: '2.0.0-rc.1', bytes: 'more', tags: ['next'] });
    const first = await get(addressOf(packagePurl));
    expect(first.json).toEqual({
      id: expect.any(String) as string,
      name,
      ecosystem: 'npm',
      purl: packagePurl,
      repository: repository.slug,
      organizationId: publish.organizationId,
      visibility: 'public',
      ownVisibility: null,
      trustedPublishingOnly: null,
      archived: false,
      deletedAt: null,
      latestVersion: '1.0.0',
      releases: 2,
      tags: { latest: '1.0.0', next: '2.0.0-rc.1' },
      sizeBytes: 13,
      source: null,
      updatedAt: expect.any(String) as string,
    });
    await publish.published({ repository, name, version: '3.0.0', tags: ['latest'] });
    const second = await get(addressOf(packagePurl));
    expect(second.json).toMatchObject({ latestVersion: '3.0.0', releases: 3 });
    expect(second.etag).not.toBe(first.etag);
  });

  it('of which nothing was published is nothing to whoever may not change it (A6)', async () => {
    const name = `held-${randomUUID().slice(0, 8)}`;
    const { packagePurl } = await publish.held({ repository, name });
    const missing = await get(addressOf('pkg:npm/there-is-none'), stranger);
    const held = await get(addressOf(packagePurl), stranger);
    expect([held.status, held.withoutRequestId]).toEqual([404, missing.withoutRequestId]);
    expect((await get(addressOf(packagePurl))).status).toBe(401);
    expect((await get(addressOf(packagePurl), publish.member)).json).toMatchObject({
      releases: 0,
      latestVersion: null,
    });
    const listed = (as: Principal) => get(`/api/v1/packages?repository=${repository.slug}&q=${name}`, as);
    expect((await listed(stranger)).items).toEqual([]);
    expect(namesIn((await listed(publish.member)).items)).toEqual([name]);
  });

  it('is asked for with its repository, and under its canonical name only', async () => {
    const { packagePurl } = await publish.published({ repository, name: 'canonical' });
    const target = `/api/v1/packages/${encodeURIComponent(packagePurl)}`;
    expect((await get(target)).json).toMatchObject({
      status: 400,
      errors: [expect.objectContaining({ field: 'query.repository' }) as object],
    });
    for (const odd of ['pkg:NPM/canonical', 'pkg:npm/canonical@1.0.0', 'canonical', 'pkg:npm/canonical%00']) {
      expect((await get(addressOf(odd))).status).toBe(401);
    }
    expect((await get(`${target}?repository=%00`)).status).toBe(401);
  });
});

describe('the list of packages', () => {
  it('is sorted, filtered and paged without losing or repeating one', async () => {
    const own = await publish.repository();
    const organizationName = `o-${randomUUID().slice(0, 8)}`;
    await publish.organization(organizationName, publish.organizationId);
    const names = ['alpha', 'beta', 'delta', 'gamma', 'omega_x'];
    for (const name of names.toReversed()) await publish.published({ repository: own, name });
    const walk = async (query: string) => {
      const found: unknown[] = [];
      for (let target: string | undefined = `/api/v1/packages?repository=${own.slug}&limit=2&${query}`; target;) {
        const page = await get(target);
        found.push(...namesIn(page.items));
        target = /^<(.*)>; rel="next"$/.exec(page.link ?? '')?.[1];
      }
      return found;
    };
    expect(await walk('sort=name')).toEqual(names);
    expect(await walk('sort=-name')).toEqual(names.toReversed());
    expect(await walk('sort=updated')).toEqual(names.toReversed());
    expect(await walk('sort=-updated')).toEqual(names);
    expect(await walk('q=LTA')).toEqual(['delta']);
    expect(await walk('q=_')).toEqual(['omega_x']);
    expect(await walk('q=%25')).toEqual([]);
    expect(await walk(`org=${organizationName}&q=eta`)).toEqual(['beta']);
    expect(await walk('org=nobody')).toEqual([]);
    expect(await walk('ecosystem=pypi')).toEqual([]);
    const first = await get(`/api/v1/packages?repository=${own.slug}&limit=2&sort=name`);
    const cursor = String(first.json['next']);
    const noMoment = encodeCursor(['updated', '2026-99-99 10:00:00+00', randomUUID()]);
    const bads = [
      `sort=-name&cursor=${cursor}`,
      'cursor=x',
      `sort=updated&cursor=${noMoment}`,
      'limit=1000',
      'sort=size',
    ];
    for (const bad of bads) {
      expect((await get(`/api/v1/packages?${bad}`)).status).toBe(400);
    }
  });

  it('has what is unlisted for those only who were given it (A5)', async () => {
    const unlisted = await publish.repository('unlisted');
    const { packagePurl } = await publish.published({ repository: unlisted, name: 'secluded' });
    const list = (as: Principal) => get(`/api/v1/packages?repository=${unlisted.slug}`, as);
    expect((await get(addressOf(packagePurl, unlisted))).status).toBe(200);
    expect((await list(anonymous)).items).toEqual([]);
    expect((await list(stranger)).items).toEqual([]);
    expect((await list(publish.member)).items).toHaveLength(1);
  });

  it('has what a grant or a scope names, and never more than both (A4, A5, A7)', async () => {
    const organizationId = randomUUID() as OrganizationId;
    const closed = await publish.repository('private', organizationId);
    const by = memberOf(organizationId);
    for (const name of ['one', 'two']) await publish.published({ repository: closed, name, by });
    const { repositoryId } = closed;
    const purl = 'pkg:npm/one' as PackagePurl;
    const list = async (as: Principal) => namesIn((await get(`/api/v1/packages?repository=${closed.slug}`, as)).items);
    expect(await list(person([{ kind: 'packages', repositoryId, purls: [purl], actions: ['read'] }]))).toEqual(['one']);
    expect(await list(person([{ kind: 'packages', repositoryId, purls: [purl], actions: ['publish'] }]))).toEqual([]);
    expect(
      await list(person([{ kind: 'pattern', organizationId, purlPrefix: 'pkg:npm/tw', actions: ['read'] }])),
    ).toEqual(['two']);
    const scoped = (ceilings: Extract<Principal, { kind: 'token' }>['ceilings'] = []) => ({
      ...(by as Extract<Principal, { kind: 'user' }>),
      kind: 'token' as const,
      tokenId: randomUUID() as Extract<Principal, { kind: 'token' }>['tokenId'],
      scopes: [{ actions: ['read' as const], on: { kind: 'everything' as const } }],
      ceilings,
    });
    expect(await list(scoped())).toEqual(['one', 'two']);
    expect(await list(scoped([[{ actions: ['read'], on: { kind: 'package', repositoryId, purl } }]]))).toEqual(['one']);
    expect(await list(scoped([[{ actions: ['publish'], on: { kind: 'everything' } }]]))).toEqual([]);
  });
});
