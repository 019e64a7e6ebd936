import { randomUUID } from 'node:crypto';
import type { OrganizationId } from '@waybill/domain';
import { encodeCursor } from '@waybill/management-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memberOf } from '../../test/principals.js';
import { type RunningPublish, startPublish } from '../../test/running-publish.js';

const path = '/api/v1/repositories';
let publish: RunningPublish;

beforeAll(async () => {
  publish = await startPublish();
});

afterAll(async () => {
  await publish.stop();
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
