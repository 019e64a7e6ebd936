import { randomUUID } from 'node:crypto';
import type { OrganizationId } from '@waybill/domain';
import { encodeCursor } from '@waybill/management-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memberOf, person, tokenFor } from '../../test/principals.js';
import { leakedKey, type RunningPublish, startPublish } from '../../test/running-publish.js';

let publish: RunningPublish;

beforeAll(async () => {
  publish = await startPublish();
});

afterAll(async () => {
  await publish.stop();
});

const list = '/api/v1/held-releases';

function ids(items: Record<string, unknown>[]): unknown[] {
  return items.map((item) => item['releaseId']);
}

describe('the list of held releases', () => {
  it('has those that the caller may review, and nobody else’s (A3, A6)', async () => {
    const strangers = randomUUID() as OrganizationId;
    const here = await publish.repository('private');
    const there = await publish.repository('private', strangers);
    const mine = await publish.held({ repository: here });
    const theirs = await publish.held({ repository: there, by: memberOf(strangers) });
    await publish.published({ repository: here, version: '2.0.0' });

    expect(ids((await publish.http('GET', list, { as: publish.owner })).items)).toContain(mine.releaseId);
    expect(ids((await publish.http('GET', list, { as: publish.owner })).items)).not.toContain(theirs.releaseId);
    expect(ids((await publish.http('GET', list, { as: memberOf(strangers) })).items)).toEqual([theirs.releaseId]);
    expect(ids((await publish.http('GET', list, { as: memberOf(strangers, 'reader') })).items)).toEqual([]);
    expect(ids((await publish.http('GET', list, { as: person() })).items)).toEqual([]);
    expect((await publish.http('GET', list)).status).toBe(401);
    const admin = person([], { installationAdmin: true });
    expect(ids((await publish.http('GET', list, { as: admin })).items)).toEqual(
      expect.arrayContaining([mine.releaseId, theirs.releaseId]),
    );
  });

  it('reads no metadata, which it would not show (W5)', async () => {
    const repository = await publish.repository();
    const { releaseId } = await publish.held({ repository });
    const statements = await publish.statementsOf(async () => {
      const { items } = await publish.http('GET', list, {
        as: tokenFor(publish.organizationId, 'owner', repository.repositoryId),
      });
      expect(items).toMatchObject([{ releaseId, repository: repository.slug, state: 'held' }]);
    });
    expect(statements.filter((sql) => sql.includes('"submission_findings"'))).toHaveLength(1);
    expect(statements.filter((sql) => sql.includes('metadata'))).toEqual([]);
  });

  it('is no wider than a token, whatever its owner may see (A4)', async () => {
    const owners = randomUUID() as OrganizationId;
    const [first, second] = await Promise.all([
      publish.repository('private', owners),
      publish.repository('private', owners),
    ]);
    const seen = await publish.held({ repository: first, by: memberOf(owners) });
    await publish.held({ repository: second, by: memberOf(owners) });
    const answer = await publish.http('GET', list, { as: tokenFor(owners, 'owner', first.repositoryId) });
    expect(ids(answer.items)).toEqual([seen.releaseId]);
  });

  it('ends no page at what a token may not see, and takes no cursor that tells of it (A4, A6)', async () => {
    const owners = randomUUID() as OrganizationId;
    const [first, second] = await Promise.all([
      publish.repository('private', owners),
      publish.repository('private', owners),
    ]);
    const by = memberOf(owners);
    await publish.held({ repository: second, by });
    const seen = await publish.held({ repository: first, by });
    const hidden = await publish.held({ repository: second, version: '2.0.0', by });
    const as = tokenFor(owners, 'owner', first.repositoryId);
    const page = await publish.http('GET', `${list}?limit=1`, { as });
    expect([ids(page.items), page.json['next'], page.link]).toEqual([[seen.releaseId], null, undefined]);
    for (const id of [hidden.releaseId, randomUUID()]) {
      const answer = await publish.http('GET', `${list}?cursor=${encodeCursor(id)}`, { as });
      expect(answer).toMatchObject({ status: 400, json: { code: 'page.cursor-malformed' } });
    }
  });

  it('is refused, not empty, to a token that may review nothing, and says why (A4)', async () => {
    const organizationId = randomUUID() as OrganizationId;
    const held = await publish.repository('private', organizationId);
    const whole = tokenFor(organizationId, 'owner', held.repositoryId);
    if (whole.kind !== 'token') throw new Error('That is not a token.');
    const token = {
      ...whole,
      scopes: [{ actions: ['read', 'publish', 'approve'], on: { kind: 'everything' } }],
    } as const;
    expect(await publish.http('GET', list, { as: token })).toMatchObject({
      status: 403,
      json: {
        title: expect.stringContaining('your token lacks the permission review-findings') as string,
        details: { permission: 'review-findings' },
      },
    });
    expect(await publish.http('GET', list, { as: { ...token, grants: [] } })).toMatchObject({
      status: 403,
      json: { title: 'You are not allowed to do this.' },
    });
  });

  it('has what a grant on one package lets somebody review, and nothing else of that repository (A3)', async () => {
    const repository = await publish.repository('private');
    const granted = await publish.held({ repository, name: 'granted' });
    await publish.held({ repository, name: 'another' });
    const { packagePurl: purl } = granted;
    const { repositoryId } = repository;
    const reviewer = person([{ kind: 'packages', repositoryId, purls: [purl], actions: ['review-findings'] }]);
    expect(ids((await publish.http('GET', list, { as: reviewer })).items)).toEqual([granted.releaseId]);
  });

  it('shows a few reasons of each, and how many there are', async () => {
    const owners = randomUUID() as OrganizationId;
    const repository = await publish.repository('private', owners);
    const more = Array.from({ length: 30 }, (_, index) => ({ ...leakedKey, line: index + 2 }));
    await publish.held({ repository, by: memberOf(owners) }, ...more);
    const [item] = (await publish.http('GET', list, { as: memberOf(owners) })).items;
    expect(item).toMatchObject({ reasonCount: 31 });
    expect(item?.['reasons']).toHaveLength(20);
  });

  it('goes on page by page, oldest first', async () => {
    const owners = randomUUID() as OrganizationId;
    const repository = await publish.repository('private', owners);
    const expected: string[] = [];
    for (const version of ['1.0.0', '2.0.0', '3.0.0']) {
      expected.push((await publish.held({ repository, version, by: memberOf(owners) })).releaseId);
    }
    const found: unknown[] = [];
    for (let target: string | undefined = `${list}?limit=2`; target !== undefined;) {
      const { items, link }: { items: Record<string, unknown>[]; link: string | undefined } = await publish.http(
        'GET',
        target,
        { as: memberOf(owners) },
      );
      found.push(...ids(items));
      target = link === undefined ? undefined : /<(.+)>; rel="next"/.exec(link)?.[1];
    }
    expect(found).toEqual(expected);
  });

  it.each(['?limit=0', '?limit=101', '?after=x', '?everything=1'])('refuses %s', async (query) => {
    expect((await publish.http('GET', list + query, { as: publish.owner })).status).toBe(400);
  });
});
