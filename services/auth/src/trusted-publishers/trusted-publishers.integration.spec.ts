import type { PackagePurl, PublisherId } from '@waybill/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  claimsOf,
  githubIssuer,
  PublishersGround,
  publishersPath,
  releaseWorkflow,
} from '../../test/publishers-ground.js';

let ground: PublishersGround;
const leftPad = 'pkg:npm/left-pad' as PackagePurl;
const on = { repository: 'main', package: leftPad };

beforeAll(async () => {
  ground = await PublishersGround.start();
});

afterAll(async () => {
  await ground.auth.stop();
});

const get = (id: string, as = ground.auth.admin) => ground.auth.http('GET', `${publishersPath}/${id}`, { as });
const patch = (id: string, body: object, headers = {}) =>
  ground.auth.http('PATCH', `${publishersPath}/${id}`, { as: ground.auth.admin, body, headers });
const remove = (id: string, headers = {}) =>
  ground.auth.http('DELETE', `${publishersPath}/${id}`, { as: ground.auth.admin, headers });

describe('trusted publishers of an organization', () => {
  it('are registered in the words of their provider, shown with what to think about, and audited (W9)', async () => {
    const made = await ground.register({ on });
    expect(made.status).toBe(201);
    expect(made.json).toMatchObject({
      provider: 'github-actions',
      issuer: githubIssuer,
      rule: { conditions: [{ claim: 'repository', is: 'acme/left-pad' }, {}, {}], pinned: {} },
      on: [{ repository: 'main', package: leftPad, pending: true }],
      actions: ['publish'],
      firstUsedAt: null,
    });
    const warnings = made.json['warnings'] as { code: string }[];
    expect(warnings.map(({ code }) => code)).toEqual(['environment-missing', 'ids-not-pinned', 'name-not-reserved']);
    const id = String(made.json['id']);
    expect((await get(id)).json).toEqual(made.json);
    expect(await ground.auth.audit(`trusted-publisher:${id}`)).toEqual(['trusted-publisher.create']);
    const [event] = await ground.auth.query(`SELECT details FROM audit_events WHERE subject = $1`, [
      `trusted-publisher:${id}`,
    ]);
    expect(event?.['details']).toMatchObject({ issuer: githubIssuer, actions: ['publish'] });
    expect((await remove(id)).status).toBe(204);
  });

  it('have many packages, patterns of names and repositories, and are found by them', async () => {
    await ground.repository('tools');
    const places = [
      on,
      { repository: 'tools' },
      { pattern: 'npm/@acme/*' },
      { pattern: 'npm/acme-*', repository: 'main' },
    ];
    const made = await ground.register({ on: places, environment: 'release', actions: ['publish', 'yank'] });
    expect(made.json['on']).toHaveLength(4);
    const id = String(made.json['id']);
    const listed = async (query: string) => {
      const { json } = await ground.auth.http('GET', `${publishersPath}${query}`, { as: ground.auth.admin });
      return (json['items'] as { id: string }[]).map((item) => item.id);
    };
    const purl = (text: string) => encodeURIComponent(text);
    for (const query of [
      '',
      '?repository=main',
      '?repository=tools',
      `?issuer=${encodeURIComponent(githubIssuer)}`,
      `?repository=main&package=${purl(leftPad)}`,
      `?repository=main&package=${purl('pkg:npm/%40acme/any')}`,
      `?repository=main&package=${purl('pkg:npm/acme-x')}`,
      `?repository=tools&package=${purl('pkg:pypi/anything')}`,
      `?package=${purl(leftPad)}`,
      `?package=${purl('pkg:npm/%40acme/any')}`,
    ]) {
      expect([query, await listed(query)]).toEqual([query, [id]]);
    }
    for (const query of [
      '?issuer=https://gitlab.com',
      '?repository=never-there',
      `?repository=main&package=${purl('pkg:npm/other')}`,
      '?package=left-pad',
    ]) {
      expect([query, await listed(query)]).toEqual([query, []]);
    }
    await remove(id);
  });

  it('are found by a package over all repositories of the organization, and of no other', async () => {
    await ground.repository('more-tools');
    const inMain = String((await ground.register({ on })).json['id']);
    const inTools = String((await ground.register({ on: { ...on, repository: 'more-tools' } })).json['id']);
    const other = String((await ground.register({ on: { repository: 'main', package: 'pkg:npm/other' } })).json['id']);
    await ground.auth.http('POST', '/api/v1/orgs', { as: ground.auth.admin, body: { name: 'initech' } });
    const listed = async (organization: string) => {
      const path = `/api/v1/orgs/${organization}/trusted-publishers?package=${encodeURIComponent(leftPad)}`;
      const { json } = await ground.auth.http('GET', path, { as: ground.auth.admin });
      return (json['items'] as { id: string }[]).map((item) => item.id);
    };
    expect(await listed('acme')).toEqual([inMain, inTools].toSorted());
    expect(await listed('initech')).toEqual([]);
    for (const id of [inMain, inTools, other]) await remove(id);
  });

  it('are there once for each rule and target, and once for each idempotency key', async () => {
    const key = { 'idempotency-key': 'publisher-once' };
    const once = () =>
      ground.auth.http('POST', publishersPath, {
        as: ground.auth.admin,
        body: { github: releaseWorkflow, on },
        headers: key,
      });
    const [first, second] = [await once(), await once()];
    expect(second.json['id']).toBe(first.json['id']);
    const twice = await ground.register({ on });
    expect([twice.status, twice.json['code']]).toEqual([409, 'trusted-publisher.exists']);
    const narrower = await ground.register({ on, environment: 'release' });
    expect(narrower.status).toBe(201);
    for (const { json } of [first, narrower]) await remove(String(json['id']));
  });

  it('are registered once by many who do so at the same time, and changed by one of them', async () => {
    const environment = 'at-once';
    const made = await Promise.all(Array.from({ length: 50 }, () => ground.register({ on, environment })));
    const won = made.filter(({ status }) => status === 201);
    expect(won).toHaveLength(1);
    const others = made.filter(({ status }) => status !== 201).map(({ json }) => json['code']);
    expect(new Set(others)).toEqual(new Set(['trusted-publisher.exists']));
    const id = String(won[0]?.json['id']);
    const match = { 'if-match': String(won[0]?.headers['etag']) };
    const changed = await Promise.all(
      Array.from({ length: 20 }, (_, index) => patch(id, { refs: [`refs/tags/v${index}.*`] }, match)),
    );
    expect(changed.map(({ status }) => status).toSorted()).toEqual([200, ...Array.from({ length: 19 }, () => 412)]);
    const gone = await Promise.all(Array.from({ length: 10 }, () => remove(id)));
    expect(gone.map(({ status }) => status).toSorted()).toEqual([204, ...Array.from({ length: 9 }, () => 404)]);
    expect(await ground.auth.audit(`trusted-publisher:${id}`)).toHaveLength(3);
  });

  it('lose their pins and their first use when they become another repository’s, and keep them otherwise (T8)', async () => {
    const id = String((await ground.register({ on })).json['id']) as PublisherId;
    expect(await ground.use(id, claimsOf('github-actions', githubIssuer))).toBe(true);
    const kept = await patch(id, { github: { ...releaseWorkflow, workflow: 'publish.yml' } });
    const pins = kept.json['rule'] as { pinned: Record<string, string> };
    expect(Object.keys(pins.pinned)).toEqual(['repository_id', 'repository_owner_id']);
    expect(kept.json['firstUsedAt']).not.toBeNull();
    const other = await patch(id, { github: { ...releaseWorkflow, repository: 'right-pad' } });
    expect(other.json).toMatchObject({ rule: { pinned: {} }, firstUsedAt: null, lastUsedAt: null });
    await remove(id);
  });

  it('are changed and ended only as they were read', async () => {
    const made = await ground.register({ on });
    const id = String(made.json['id']);
    const etag = String(made.headers['etag']);
    const changed = await patch(id, { environment: 'release', actions: ['stage'] }, { 'if-match': etag });
    expect(changed.status).toBe(200);
    expect(changed.json).toMatchObject({ rule: { environment: 'release' }, actions: ['stage'], on: made.json['on'] });
    for (const stale of [
      await patch(id, { environment: null }, { 'if-match': etag }),
      await remove(id, { 'if-match': etag }),
    ]) {
      expect([stale.status, stale.json['code']]).toEqual([412, 'etag.stale']);
    }
    const same = await patch(id, { environment: 'release' });
    expect(same.headers['etag']).toBe(changed.headers['etag']);
    const moved = await patch(id, { on: [{ repository: 'main', package: 'pkg:npm/right-pad' }] });
    expect(moved.json['on']).toMatchObject([{ package: 'pkg:npm/right-pad' }]);
    expect((await remove(id)).status).toBe(204);
    expect((await get(id)).status).toBe(404);
    expect(await ground.auth.audit(`trusted-publisher:${id}`)).toEqual([
      'trusted-publisher.create',
      'trusted-publisher.change',
      'trusted-publisher.change',
      'trusted-publisher.delete',
    ]);
  });

  it('take no event that strangers can start, whoever registers them (T9)', async () => {
    for (const event of ['pull_request_target', 'workflow_run', 'issue_comment']) {
      const refused = await ground.register({ on, events: ['push', event] });
      expect([refused.status, refused.json['code']]).toEqual([400, 'trusted-publisher.untrusted-event']);
    }
    const made = await ground.register({ on, events: ['push'] });
    const id = String(made.json['id']);
    const changed = await patch(id, { events: ['pull_request_target'] });
    expect([changed.status, changed.json['code']]).toEqual([400, 'trusted-publisher.untrusted-event']);
    expect((await get(id)).json).toMatchObject({ rule: { events: ['push'] } });
    await remove(id);
  });

  it('are of issuers that are registered, as the kind that they are registered as', async () => {
    const forgejo = { ...releaseWorkflow, issuer: 'https://forge.example/api/actions' };
    const unknown = await ground.register({ github: undefined, forgejo, on });
    expect([unknown.status, unknown.json['code']]).toEqual([404, 'oidc.issuer-unknown']);
    const rule = {
      provider: 'generic',
      issuer: githubIssuer,
      conditions: [{ claim: 'repository', is: 'acme/left-pad' }],
    };
    const disguised = await ground.register({ github: undefined, rule, on });
    expect([disguised.status, disguised.json['code']]).toEqual([400, 'trusted-publisher.malformed']);
  });

  it('are nobody’s who says too little of whose they are', async () => {
    const wide = {
      provider: 'github-actions',
      issuer: githubIssuer,
      conditions: [{ claim: 'repository', matches: 'acme/*' }],
    };
    const refused = await ground.register({ github: undefined, rule: wide, on });
    expect([refused.status, refused.json['code']]).toEqual([400, 'trusted-publisher.too-wide']);
    for (const body of [
      { on: [] },
      { on: { organization: 'acme' } },
      { on, actions: ['admin'] },
      { on, actions: [] },
      {},
    ]) {
      expect([body, (await ground.register(body)).status]).toEqual([body, 400]);
    }
  });

  it('are no more than a hundred a day for packages that there are not (W4)', async () => {
    const places = (from: number, count: number) =>
      Array.from({ length: count }, (_, index) => ({ repository: 'main', package: `pkg:npm/new-${from + index}` }));
    const many = await ground.register({ on: places(0, 90), environment: 'many' });
    expect(many.status).toBe(201);
    const more = await ground.register({ on: places(90, 90), environment: 'many' });
    expect([more.status, more.json['code']]).toEqual([429, 'trusted-publisher.too-many-today']);
    await remove(String(many.json['id']));
  });
});
