import { randomUUID } from 'node:crypto';
import type { RepositoryFacts } from '@waybill/contracts';
import { changePackage, packageRolesInherited } from '@waybill/contracts';
import type { OrganizationId, Principal } from '@waybill/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memberOf, person } from '../../test/principals.js';
import { type RunningPublish, startPublish } from '../../test/running-publish.js';

let publish: RunningPublish;
let repository: RepositoryFacts;
const other = randomUUID() as OrganizationId;

beforeAll(async () => {
  publish = await startPublish();
  await publish.organization('acme');
  await publish.organization('globex', other);
  repository = await publish.repository('public');
});

afterAll(async () => {
  await publish.stop();
});

const nothing = { people: [] };

function placeOf(name: string, org = 'acme') {
  return `/api/v1/source-repositories/github/acme/${name}?org=${org}&host=github.com`;
}

function report(name: string, body: object, { as = publish.owner, org = 'acme' } = {}) {
  return publish.http('PUT', placeOf(name, org), { as, body: { ...nothing, ...body } });
}

function addressOf(purl: string, { slug }: RepositoryFacts = repository) {
  return `/api/v1/packages/${encodeURIComponent(purl)}?repository=${slug}`;
}

function patch(purl: string, body: object, as: Principal = publish.owner) {
  return publish.http('PATCH', addressOf(purl), { as, body });
}

function link(name: string, more: object = { inheritVisibility: true }) {
  return { source: { forge: 'github', host: 'github.com', owner: 'Acme', name, ...more } };
}

async function named(name = `s-${randomUUID().slice(0, 8)}`, place = repository) {
  return { name, purl: (await publish.published({ repository: place, name })).packagePurl };
}

async function visibilityOf(purl: string): Promise<unknown> {
  return (await publish.http('GET', addressOf(purl), { as: publish.owner })).json['visibility'];
}

async function peopleOf(purl: string): Promise<unknown[]> {
  const events = await publish.replay({ types: [packageRolesInherited.type] });
  return events
    .filter(({ subject }) => subject === `${repository.repositoryId}/${purl}`)
    .map(({ data }) => (data as { people: unknown }).people);
}

describe('a package that inherits visibility from its source', () => {
  it('is as visible as was reported, from the report and from the link on, in any case of the name (A9)', async () => {
    const { name, purl } = await named();
    expect((await patch(purl, link(name))).json).toMatchObject({ visibility: 'public' });
    expect(await report(name, { visibility: 'private' })).toMatchObject({
      status: 200,
      json: { visibility: 'private' },
    });
    expect(await visibilityOf(purl)).toBe('private');
    expect((await publish.http('GET', addressOf(purl))).status).toBe(401);
    await report(name.toUpperCase(), { visibility: 'internal' });
    expect(await visibilityOf(purl)).toBe('internal');
    const late = await named(`${name}-late`);
    expect((await patch(late.purl, link(name))).json).toMatchObject({ visibility: 'internal' });
    const [row] = await publish.query('SELECT package_id FROM packages WHERE purl = $1', [purl]);
    const entries = await publish.query(
      `SELECT details FROM audit_events WHERE subject = $1 AND details ? 'inheritedFrom' ORDER BY at`,
      [`package:${String(row?.['package_id'])}`],
    );
    expect(entries.map(({ details }) => details)).toMatchObject([
      { before: { visibility: null }, after: { visibility: 'private' } },
      { before: { visibility: 'private' }, after: { visibility: 'internal' } },
    ]);
  });

  it('is never more visible than its repository, and is set by nobody else until that ends', async () => {
    const place = await publish.repository('private');
    const { name, purl } = await named(undefined, place);
    const change = (body: object) => publish.http('PATCH', addressOf(purl, place), { as: publish.owner, body });
    await report(name, { visibility: 'public' });
    expect((await change(link(name))).json).toMatchObject({ visibility: 'private' });
    expect(await change({ visibility: 'private' })).toMatchObject({
      status: 409,
      json: { code: 'package.visibility-inherited' },
    });
    const asked = { principal: publish.owner, repositoryId: place.repositoryId, packagePurl: purl as never };
    await expect(publish.ask(changePackage, { ...asked, visibility: null, requestId: 'test' })).rejects.toMatchObject({
      code: 'package.visibility-inherited',
    });
    expect(await change({ visibility: 'private', source: null })).toMatchObject({ status: 200 });
  });

  it('stays as visible as it is when the link or the report ends: silence makes nothing public', async () => {
    const { name, purl } = await named();
    await report(name, { visibility: 'private' });
    await patch(purl, link(name));
    expect((await publish.http('DELETE', placeOf(name), { as: publish.owner })).status).toBe(204);
    expect(await visibilityOf(purl)).toBe('private');
    await patch(purl, { source: null });
    expect(await visibilityOf(purl)).toBe('private');
    expect((await patch(purl, { visibility: null })).json).toMatchObject({ visibility: 'public' });
  });

  it('hears nothing of what another organization says, nor of another repository of that name (A1, T8)', async () => {
    const { name, purl } = await named();
    await patch(purl, link(name, { ids: { repository: '42' }, inheritVisibility: true }));
    const theirs = { as: memberOf(other, 'owner'), org: 'globex' };
    expect((await report(name, { visibility: 'private' }, theirs)).status).toBe(200);
    await report(name, { visibility: 'private', repositoryId: '43' });
    expect(await visibilityOf(purl)).toBe('public');
    await report(name, { visibility: 'private' });
    expect(await visibilityOf(purl)).toBe('public');
    expect(
      (await patch(purl, link(name, { ids: { repository: '42', owner: '1' }, inheritVisibility: true }))).json,
    ).toMatchObject({
      visibility: 'public',
    });
    await report(name, { visibility: 'private', repositoryId: '42' });
    expect(await visibilityOf(purl)).toBe('private');
  });

  it.each([[], [{}], [[]], 'github', { ids: [] }])(
    'is linked by an object, and by nothing that looks like one: %j (I6)',
    async (wrong) => {
      const { name, purl } = await named();
      const source = typeof wrong === 'object' && !Array.isArray(wrong) ? { ...link(name).source, ...wrong } : wrong;
      expect(await patch(purl, { source })).toMatchObject({ status: 400, json: { code: 'request.invalid' } });
    },
  );

  it('is let go in an archived repository, where nothing else of it changes', async () => {
    const place = await publish.repository('public');
    const { name, purl } = await named(undefined, place);
    const change = (body: object, as: Principal = publish.owner) =>
      publish.http('PATCH', addressOf(purl, place), { as, body });
    await change(link(name));
    const path = `/api/v1/repositories/${place.slug}`;
    expect((await publish.http('PATCH', path, { as: publish.owner, body: { archived: true } })).status).toBe(200);
    for (const body of [link(name, {}), { source: null, archived: true }, { visibility: 'private' }]) {
      expect(await change(body)).toMatchObject({ status: 409, json: { code: 'repository.archived' } });
    }
    expect((await change({ source: null }, person())).status).toBe(403);
    expect(await change({ source: null })).toMatchObject({ status: 200, json: { source: null } });
  });

  it('is as the last of many reports and links at the same time says', async () => {
    const { name, purl } = await named();
    const visibilities = ['public', 'private', 'internal'] as const;
    const answers = await Promise.all([
      ...Array.from({ length: 20 }, (_, index) => report(name, { visibility: visibilities[index % 3] })),
      ...Array.from({ length: 20 }, (_, index) => patch(purl, index % 2 === 0 ? link(name) : link(name, {}))),
    ]);
    expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
    await patch(purl, link(name));
    const { json } = await publish.http('GET', placeOf(name), { as: publish.owner });
    expect(await visibilityOf(purl)).toBe(json['visibility']);
  });
});

describe('a package that inherits roles from its source', () => {
  const people = [
    { role: 'read', username: 'Ada' },
    { role: 'write', identity: { provider: 'oidc', subject: 'grace-1' } },
  ];
  const given = [
    { who: { username: 'ada' }, actions: ['read'] },
    { who: { identity: { provider: 'oidc', subject: 'grace-1' } }, actions: ['read', 'publish', 'metadata'] },
  ];

  it('tells whom it gives what: with the link, with each report, and nobody when it ends', async () => {
    const { name, purl } = await named();
    await patch(purl, link(name, { inheritRoles: true }));
    await report(name, { visibility: 'public', people });
    await report(name, { visibility: 'public', people: [] });
    await report(name, { visibility: 'public', people });
    await patch(purl, link(name, {}));
    await patch(purl, link(name, { inheritRoles: true }));
    await publish.http('DELETE', placeOf(name), { as: publish.owner });
    expect(await peopleOf(purl)).toEqual([[], given, [], given, [], given, []]);
    expect((await publish.submit({ repository, name, version: '2.0.0' })).release.state).toBe('quarantined');
  });

  it('gives nobody what who reports or links it may not do themselves (A8)', async () => {
    const { name, purl } = await named();
    const { organizationId } = publish;
    const { repositoryId } = repository;
    const manager = person([{ kind: 'organization-actions', organizationId, actions: ['read', 'manage-access'] }]);
    const beyond = { status: 403, json: { code: 'source.beyond-own' } };
    expect(await report(name, { visibility: 'private', people }, { as: manager })).toMatchObject(beyond);
    expect(await report(name, { visibility: 'public' }, { as: manager })).toMatchObject({ status: 200 });
    const linker = person([{ kind: 'repository', repositoryId, actions: ['read', 'metadata', 'manage-access'] }]);
    expect(await patch(purl, link(name, { inheritRoles: true }), linker)).toMatchObject(beyond);
    expect(await patch(purl, link(name), linker)).toMatchObject({ status: 200 });
    expect(await patch(purl, link(name, { inheritRoles: true }), publish.member)).toMatchObject({ status: 403 });
  });
});
