import { randomUUID } from 'node:crypto';
import { releasePublished, releaseRejected } from '@waybill/contracts';
import type { Action, OrganizationId, ReleaseId, RepositoryId } from '@waybill/domain';
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

async function eventsOf(releaseId: ReleaseId): Promise<string[]> {
  const events = await publish.replay({ types: [releasePublished.type, releaseRejected.type] });
  return events.flatMap(({ type, data }) =>
    (data as { releaseId: string }).releaseId === releaseId ? [type.split('.')[2] ?? ''] : [],
  );
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
    const reviewer = person([{ kind: 'package', repositoryId, purl, actions: ['review-findings'] }]);
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

describe('a held release', () => {
  it('is approved by somebody else than its publisher, or by an installation admin (P8)', async () => {
    const repository = await publish.repository();
    const own = await publish.held({ repository, by: publish.owner });
    const approval = { as: publish.owner, body: { reason: 'Mine is fine.' } };
    const refused = await publish.http('POST', `${list}/${own.releaseId}/approve`, approval);
    expect(refused).toMatchObject({ status: 403, json: { code: 'release.own' } });
    expect((await publish.release(own)).state).toBe('held');
    expect(await publish.audit(`release:${own.releaseId}`)).toHaveLength(1);
    const admin = person([], { installationAdmin: true });
    const admins = await publish.held({ repository, version: '2.0.0', bytes: 'admins', by: admin });
    const approved = await publish.http('POST', `${list}/${admins.releaseId}/approve`, { ...approval, as: admin });
    expect(approved).toMatchObject({ status: 200, json: { state: 'published' } });
  });

  it('shows every reason and what it consists of', async () => {
    const repository = await publish.repository('private');
    const release = await publish.held({ repository });
    const answer = await publish.http('GET', `${list}/${release.releaseId}`, { as: publish.owner });
    expect(answer).toMatchObject({
      status: 200,
      json: { releaseId: release.releaseId, state: 'held', repository: repository.slug, reasons: [leakedKey] },
    });
    expect(answer.json['artifacts']).toEqual(release.artifacts);
  });

  it('that is hidden answers as one that does not exist, on every route (A3, A6)', async () => {
    const release = await publish.held({ repository: await publish.repository('private') });
    for (const [method, rest] of [
      ['GET', ''],
      ['POST', '/approve'],
      ['POST', '/reject'],
    ] as const) {
      for (const as of [person(), undefined]) {
        const body = method === 'POST' ? { body: { reason: 'because' } } : {};
        const sent = { ...(as === undefined ? {} : { as }), ...body };
        const answers = await Promise.all(
          [release.releaseId, randomUUID(), 'no-id'].map((id) => publish.http(method, `${list}/${id}${rest}`, sent)),
        );
        expect(answers.map(({ status }) => status)).toEqual(Array(3).fill(as === undefined ? 401 : 404));
        expect(new Set(answers.map(({ withoutRequestId }) => withoutRequestId)).size).toBe(1);
      }
    }
    expect((await publish.release(release)).state).toBe('held');
  });
});

describe('who may not review', () => {
  const routes = [
    ['GET', ''],
    ['POST', '/approve'],
    ['POST', '/reject'],
    ['POST', '/rescan'],
  ] as const;

  it.each(['public', 'internal', 'unlisted'] as const)(
    'hears of a held release what they hear of none, also where the package is %s (A6)',
    async (visibility) => {
      const release = await publish.held({ repository: await publish.repository(visibility) });
      const callers = [undefined, person(), memberOf(publish.organizationId, 'reader')];
      for (const [method, rest] of routes) {
        const body = rest === '/approve' || rest === '/reject' ? { body: { reason: 'because' } } : {};
        for (const as of callers) {
          const sent = { ...(as === undefined ? {} : { as }), ...body };
          const answers = await Promise.all(
            [release.releaseId, randomUUID(), 'no-id'].map((id) => publish.http(method, `${list}/${id}${rest}`, sent)),
          );
          expect(answers.map(({ status }) => status)).toEqual(Array(3).fill(as === undefined ? 401 : 404));
          expect(new Set(answers.map(({ withoutRequestId }) => withoutRequestId)).size).toBe(1);
        }
      }
      expect((await publish.release(release)).state).toBe('held');
    },
  );

  it('because of their token is told so, and nothing about whether there is such a release (A4, A6)', async () => {
    const repository = await publish.repository();
    const release = await publish.held({ repository });
    const whole = tokenFor(publish.organizationId, 'owner', repository.repositoryId);
    if (whole.kind !== 'token') throw new Error('That is not a token.');
    const scoped = (repositoryId: RepositoryId, actions: Action[]) =>
      ({ ...whole, scopes: [{ actions, on: { kind: 'repository', repositoryId } }] }) as const;
    const nowhere = scoped(repository.repositoryId, ['read', 'publish']);
    const elsewhere = scoped((await publish.repository()).repositoryId, ['read', 'review-findings', 'approve']);
    for (const [as, status] of [
      [nowhere, 403],
      [elsewhere, 404],
    ] as const) {
      const answers = await Promise.all(
        [release.releaseId, randomUUID(), 'no-id'].map((id) => publish.http('GET', `${list}/${id}`, { as })),
      );
      expect(answers.map((answer) => answer.status)).toEqual([status, status, status]);
      expect(new Set(answers.map(({ withoutRequestId }) => withoutRequestId)).size).toBe(1);
    }
    const approver = scoped(repository.repositoryId, ['approve']);
    const approved = await publish.http('POST', `${list}/${release.releaseId}/approve`, {
      as: approver,
      body: { reason: 'fine' },
    });
    expect(approved).toMatchObject({ status: 200, json: { state: 'published' } });
  });
});

describe('approving', () => {
  it('publishes, moves the tags, and is audited exactly once (W9)', async () => {
    const repository = await publish.repository();
    const release = await publish.held({ repository, tags: ['latest'] });
    const answer = await publish.http('POST', `${list}/${release.releaseId}/approve`, {
      as: publish.owner,
      body: { reason: 'it is a test key' },
    });
    expect(answer).toMatchObject({ status: 200, json: { state: 'published', reasons: [] } });
    expect(await eventsOf(release.releaseId)).toEqual(['published']);
    const published = await publish.replay({ types: [releasePublished.type] });
    expect(published.filter((event) => event.subject.startsWith(`${repository.repositoryId}/`))).toMatchObject([
      { data: { tags: ['latest'], version: '1.0.0' } },
    ]);
    expect(await publish.audit(`release:${release.releaseId}`)).toEqual([
      ['policy', 'release.decide'],
      [expect.stringMatching(/^user:/), 'release.approve'],
    ]);
  });

  it('needs the right to approve: a member may look, and not decide (A1)', async () => {
    const release = await publish.held({ repository: await publish.repository('private') });
    const target = `${list}/${release.releaseId}`;
    expect((await publish.http('GET', target, { as: publish.member })).status).toBe(200);
    for (const verb of ['approve', 'reject']) {
      const answer = await publish.http('POST', `${target}/${verb}`, { as: publish.member, body: { reason: 'x' } });
      expect(answer.status).toBe(403);
    }
    expect((await publish.release(release)).state).toBe('held');
    expect(await publish.audit(`release:${release.releaseId}`)).toHaveLength(1);
  });

  it('20 reviewers at once decide once; the others are told that it is done (W9)', async () => {
    const release = await publish.held({ repository: await publish.repository() });
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        publish.http('POST', `${list}/${release.releaseId}/${index % 2 === 0 ? 'approve' : 'reject'}`, {
          as: publish.owner,
          body: { reason: 'at once' },
        }),
      ),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, ...Array<number>(19).fill(409)]);
    expect(await eventsOf(release.releaseId)).toHaveLength(1);
    expect(await publish.audit(`release:${release.releaseId}`)).toHaveLength(2);
  });

  it('is a conflict for a release that waits for nobody', async () => {
    const repository = await publish.repository();
    const published = await publish.published({ repository });
    const quarantined = (await publish.submit({ repository, version: '2.0.0' })).release;
    for (const { releaseId } of [published, quarantined]) {
      const sent = { as: publish.owner, body: { reason: 'go on' } };
      expect(await publish.http('POST', `${list}/${releaseId}/approve`, sent)).toMatchObject({
        status: 409,
        json: { code: 'release.not-held' },
      });
    }
  });

  it.each([{}, { reason: '' }, { reason: 'x'.repeat(1001) }, { reason: 'x', state: 'published' }])(
    'refuses the body %j',
    async (body) => {
      const release = await publish.held({ repository: await publish.repository() });
      const answer = await publish.http('POST', `${list}/${release.releaseId}/approve`, { as: publish.owner, body });
      expect(answer.status).toBe(400);
      expect((await publish.release(release)).state).toBe('held');
    },
  );
});

describe('rejecting', () => {
  it('tells the publisher why, keeps the findings, and leaves the tags alone', async () => {
    const repository = await publish.repository();
    const release = await publish.held({ repository, tags: ['latest'] });
    await publish.http('POST', `${list}/${release.releaseId}/reject`, {
      as: publish.owner,
      body: { reason: 'a real key' },
    });
    const now = await publish.release(release);
    expect(now).toMatchObject({ state: 'rejected', reasons: [{ code: 'review.rejected' }, leakedKey] });
    expect(now.reasons[0]?.message).toContain('a real key');
    expect(await eventsOf(release.releaseId)).toEqual(['rejected']);
    expect(await publish.audit(`release:${release.releaseId}`)).toHaveLength(2);
  });
});
