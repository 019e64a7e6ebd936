import { randomUUID } from 'node:crypto';
import { createRepository, repositoryChanged, repositoryCreated } from '@waybill/contracts';
import type { OrganizationId, PackagePurl } from '@waybill/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memberOf, person, tokenFor } from '../../test/principals.js';
import { type RunningPublish, startPublish } from '../../test/running-publish.js';

let publish: RunningPublish;

beforeAll(async () => {
  publish = await startPublish();
  await publish.organization('acme');
});

afterAll(async () => {
  await publish.stop();
});

const path = '/api/v1/repositories';

function newSlug(): string {
  return `n-${randomUUID().slice(0, 8)}`;
}

function slugs(answer: { items: Record<string, unknown>[] }): unknown[] {
  return answer.items.map((item) => item['slug']);
}

async function eventsOf(repositoryId: unknown): Promise<unknown[]> {
  const events = await publish.replay({ types: [repositoryCreated.type, repositoryChanged.type] });
  return events
    .filter((event) => event.subject === repositoryId)
    .map((event) => [event.type, event.aggregateversion, (event.data as { visibility: string }).visibility]);
}

describe('a repository', () => {
  it('is made by an admin of the organization that it names, with one event and one audit entry (W9)', async () => {
    const body = { slug: newSlug(), organization: 'acme', visibility: 'private' };
    const answer = await publish.http('POST', path, { as: publish.owner, body });
    expect(answer).toMatchObject({ status: 201, json: { slug: body.slug, visibility: 'private', kind: 'hosted' } });
    const { repositoryId } = answer.json;
    expect(await eventsOf(repositoryId)).toEqual([[repositoryCreated.type, 1, 'private']]);
    expect(await publish.audit(`repository:${String(repositoryId)}`)).toEqual([
      [expect.stringMatching(/^user:/), 'repository.create'],
    ]);
  });

  it('is made by nobody else, and an organization that is hidden is like a missing one (A1, A3, A6)', async () => {
    const body = { slug: newSlug(), organization: 'acme', visibility: 'public' };
    expect(await publish.http('POST', path, { as: publish.member, body })).toMatchObject({ status: 403 });
    expect(await publish.http('POST', path, { body })).toMatchObject({ status: 401 });
    const stranger = memberOf(randomUUID() as OrganizationId, 'owner');
    const hidden = await publish.http('POST', path, { as: stranger, body });
    const missing = await publish.http('POST', path, { as: stranger, body: { ...body, organization: 'nobody' } });
    expect(hidden.status).toBe(404);
    expect(hidden.withoutRequestId).toBe(missing.withoutRequestId);
    expect(await publish.query('SELECT * FROM repositories WHERE slug = $1', [body.slug])).toEqual([]);
  });

  it.each<[body: object | undefined, named: string[]]>([
    [undefined, ['slug', 'organization', 'visibility']],
    [{}, ['slug', 'organization', 'visibility']],
    [{ slug: 'a', visibility: 'public' }, ['organization']],
    [{ slug: 'a', organization: null, visibility: 'public' }, ['organization']],
    [{ slug: 'a', organization: 'acme' }, ['visibility']],
  ])('is not made of %j, which is told what it needs', async (body, named) => {
    const sent = { as: publish.owner, ...(body === undefined ? {} : { body }) };
    const problems = named.map((name) => `${name} is needed`);
    expect(await publish.http('POST', path, sent)).toMatchObject({
      status: 400,
      json: {
        title: `The request is not usable: ${problems.join('; ')}.`,
        code: 'request.invalid',
        errors: named.map((name) => ({ field: `body.${name}`, code: 'field.required', message: `${name} is needed` })),
      },
    });
    const anonymous = body === undefined ? {} : { body };
    expect(await publish.http('POST', path, anonymous)).toMatchObject({ status: 401 });
  });

  it('has an address that is one and well-formed', async () => {
    const body = { slug: newSlug(), organization: 'acme', visibility: 'public' };
    await publish.http('POST', path, { as: publish.owner, body });
    expect(await publish.http('POST', path, { as: publish.owner, body })).toMatchObject({
      status: 409,
      json: { code: 'repository.exists' },
    });
    for (const wrong of [{ slug: '../up' }, { slug: 'api' }, { visibility: 'secret' }, { kind: 'proxy' }]) {
      const answer = await publish.http('POST', path, {
        as: publish.owner,
        body: { ...body, slug: newSlug(), ...wrong },
      });
      expect(answer.status).toBe(400);
    }
  });

  it('made by the operator again, also at the same time, is the same one', async () => {
    const wanted = {
      slug: newSlug(),
      organizationId: publish.organizationId,
      visibility: 'public',
      createdBy: 'operator',
    } as const;
    const replies = await Promise.all(Array.from({ length: 5 }, () => publish.ask(createRepository, wanted)));
    expect(new Set(replies.map((reply) => reply.repository.repositoryId)).size).toBe(1);
    expect(replies.filter((reply) => reply.created)).toHaveLength(1);
    const other = { ...wanted, organizationId: randomUUID() as OrganizationId };
    await expect(publish.ask(createRepository, other)).rejects.toMatchObject({ code: 'repository.exists' });
  });

  it('changes its visibility by an admin, with one event and one audit entry for each change (W9)', async () => {
    const { slug, repositoryId } = await publish.repository('public');
    const change = (visibility: string, as = publish.owner) =>
      publish.http('PATCH', `${path}/${slug}`, { as, body: { visibility } });
    expect(await change('private')).toMatchObject({ status: 200, json: { visibility: 'private' } });
    expect(await change('private')).toMatchObject({ status: 200 });
    expect(await change('public', publish.member)).toMatchObject({ status: 403 });
    expect(await eventsOf(repositoryId)).toEqual([
      [repositoryCreated.type, 1, 'public'],
      [repositoryChanged.type, 2, 'private'],
    ]);
    expect(await publish.audit(`repository:${repositoryId}`)).toEqual([
      ['operator', 'repository.create'],
      [expect.stringMatching(/^user:/), 'repository.change-visibility'],
    ]);
  });
});

describe('who may see a repository', () => {
  it('hears the same of a hidden one as of a missing one (A6)', async () => {
    const { slug } = await publish.repository('private');
    for (const sent of [{ as: person() }, {}]) {
      for (const method of ['GET', 'PATCH']) {
        const call = method === 'GET' ? sent : { ...sent, body: { visibility: 'public' } };
        const hidden = await publish.http(method, `${path}/${slug}`, call);
        const missing = await publish.http(method, `${path}/${newSlug()}`, call);
        expect([hidden.status, hidden.withoutRequestId]).toEqual([missing.status, missing.withoutRequestId]);
      }
    }
    expect(await publish.http('GET', `${path}/${slug}`, { as: publish.member })).toMatchObject({ status: 200 });
  });

  it('is listed what they may read; what is unlisted only to its members (A7)', async () => {
    const [open, internal, hidden, unlisted] = [
      await publish.repository('public'),
      await publish.repository('internal'),
      await publish.repository('private'),
      await publish.repository('unlisted'),
    ];
    const listed = async (as?: ReturnType<typeof person>) => {
      const answer = await publish.http('GET', `${path}?limit=100`, as === undefined ? {} : { as });
      const mine = [open, internal, hidden, unlisted].map(({ slug }) => slug);
      return slugs(answer)
        .filter((slug) => mine.includes(slug as never))
        .toSorted();
    };
    const sorted = (...repositories: { slug: string }[]) => repositories.map(({ slug }) => slug).toSorted();
    expect(await listed()).toEqual(sorted(open));
    expect(await listed(person())).toEqual(sorted(open, internal));
    expect(await listed(publish.member)).toEqual(sorted(open, internal, hidden, unlisted));
    const narrow = tokenFor(publish.organizationId, 'owner', internal.repositoryId);
    expect(await listed(narrow)).toEqual(sorted(open, internal, unlisted));
  });

  it('hears of nothing else in the cursors of pages, also with a token that is narrower than its owner (A4, A6)', async () => {
    const organizationId = randomUUID() as OrganizationId;
    const name = newSlug();
    await publish.organization(name, organizationId);
    const hidden = [];
    for (let index = 0; index < 3; index += 1) hidden.push(await publish.repository('private', organizationId));
    const own = await publish.repository('private', organizationId);
    const pattern = person([
      { kind: 'pattern', organizationId, purlPrefix: 'pkg:npm/x', actions: ['read'] },
      { kind: 'packages', repositoryId: own.repositoryId, purls: ['pkg:npm/x' as PackagePurl], actions: ['read'] },
    ]);
    for (const [as, seen] of [
      [tokenFor(organizationId, 'owner', own.repositoryId), [own.slug]],
      [pattern, []],
    ] as const) {
      for (const sort of ['slug', '-slug', 'created', '-created']) {
        const answer = await publish.http('GET', `${path}?org=${name}&limit=1&sort=${sort}`, { as });
        expect([slugs(answer), answer.json['next']]).toEqual([seen, null]);
      }
    }
    const owner = memberOf(organizationId, 'owner');
    expect(slugs(await publish.http('GET', `${path}?org=${name}`, { as: owner }))).toHaveLength(hidden.length + 1);
  });

  it('is listed pages that continue, whatever is left out of them (A5)', async () => {
    const all = slugs(await publish.http('GET', `${path}?limit=100`, { as: publish.member }));
    const seen: unknown[] = [];
    let next: string | undefined = `${path}?limit=3`;
    while (next !== undefined) {
      const page = await publish.http('GET', next, { as: publish.member });
      seen.push(...slugs(page));
      next = /^<([^>]+)>; rel="next"$/.exec(page.link ?? '')?.[1];
    }
    expect(seen).toEqual(all);
    expect(await publish.http('GET', `${path}?limit=1000`)).toMatchObject({ status: 400 });
    expect(await publish.http('GET', `${path}?after=%3Cscript%3E`)).toMatchObject({ status: 400 });
  });
});
