import { randomUUID } from 'node:crypto';
import { packageMoved, repositoryChanged } from '@waybill/contracts';
import type { Action, OrganizationId, PackagePurl, RepositoryId, Resource } from '@waybill/domain';
import { can } from '@waybill/domain';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { PublishDouble } from '../../test/publish-double.js';
import type { Credential, Person } from '../../test/running-auth.js';
import { type RunningAuth, startAuth } from '../../test/running-auth.js';

let auth: RunningAuth;
let publish: PublishDouble;
let organizationId: OrganizationId;
let main: { repositoryId: RepositoryId };
const grants = '/api/v1/orgs/acme/grants';
const leftPad = 'pkg:npm/%40acme/left-pad' as PackagePurl;

beforeAll(async () => {
  auth = await startAuth();
  publish = new PublishDouble(auth.bus);
  organizationId = (await auth.organizationId('acme')) as OrganizationId;
  main = publish.create('main', organizationId);
});

afterAll(async () => {
  await auth.stop();
});

const packageIn = (repositoryId: RepositoryId, purl = leftPad): Resource => ({
  kind: 'package',
  visibility: 'private',
  organizationId,
  repositoryId,
  purl,
});
const give = (as: Credential, subject: object, on: object, what: object = { role: 'publisher' }) =>
  auth.http('POST', grants, { as, body: { subject, on, ...what } });
const put = (as: Credential, subject: object, on: object, what: object) =>
  auth.http('PUT', grants, { as, body: { subject, on, ...what } });
const may = async (who: Credential, action: Action, on: Resource) => can(await auth.principal(who), action, on).allowed;

async function member(username: string, role = 'reader'): Promise<Person> {
  await auth.person(username);
  const made = await auth.http('POST', '/api/v1/orgs/acme/members', { as: auth.admin, body: { username, role } });
  expect([201, 409]).toContain(made.status);
  return auth.again(username);
}

async function teamOf(name: string, ...usernames: string[]): Promise<void> {
  const made = await auth.http('POST', '/api/v1/orgs/acme/teams', { as: auth.admin, body: { name } });
  expect(made.status).toBe(201);
  for (const username of usernames) {
    const path = `/api/v1/orgs/acme/teams/${name}/members/${username}`;
    expect((await auth.http('PUT', path, { as: auth.admin, body: {} })).status).toBe(204);
  }
}

describe('grants', () => {
  it('of an organization, a repository, a package and a name pattern give what they name, to teams and persons, and nothing else', async () => {
    const ada = await member('ada');
    const out = await auth.person('outsider');
    await teamOf('devs', 'ada');
    const other = publish.create('other', organizationId);
    const made = await give(auth.admin, { team: 'devs' }, { repository: 'main' });
    expect([made.status, made.headers['etag'], made.json]).toMatchObject([
      201,
      '"1"',
      {
        subject: { team: 'devs' },
        on: { repository: 'main' },
        role: 'publisher',
        actions: ['read', 'publish', 'metadata'],
      },
    ]);
    expect(await may(ada.session, 'publish', packageIn(main.repositoryId))).toBe(true);
    expect(await may(ada.session, 'yank', packageIn(main.repositoryId))).toBe(false);
    expect(await may(ada.session, 'publish', packageIn(other.repositoryId))).toBe(false);
    expect(
      (await give(auth.admin, { user: 'outsider' }, { repository: 'other', package: leftPad }, { role: 'reader' }))
        .status,
    ).toBe(201);
    expect(await may(out.session, 'read', packageIn(other.repositoryId))).toBe(true);
    expect(await may(out.session, 'read', packageIn(main.repositoryId))).toBe(false);
    expect(
      (await give(auth.admin, { user: 'outsider' }, { pattern: 'npm/@acme/ui-*' }, { actions: ['yank', 'read'] })).json,
    ).toMatchObject({
      role: null,
      actions: ['read', 'yank'],
      on: { pattern: 'npm/@acme/ui-*' },
    });
    expect(await may(out.session, 'yank', packageIn(main.repositoryId, 'pkg:npm/%40acme/ui-kit' as PackagePurl))).toBe(
      true,
    );
    expect(await may(out.session, 'yank', packageIn(main.repositoryId, 'pkg:npm/%40acme/uikit' as PackagePurl))).toBe(
      false,
    );
    expect(
      (await give(auth.admin, { user: 'outsider' }, { organization: 'acme' }, { actions: ['audit'] })).status,
    ).toBe(201);
    expect(await may(out.session, 'audit', { kind: 'organization', organizationId })).toBe(true);
    const listed = await auth.http('GET', `${grants}?subject=user:outsider`, { as: auth.admin });
    expect(listed.json['items']).toHaveLength(3);
    const ofKind = await auth.http('GET', `${grants}?subject=user:outsider&kind=pattern`, { as: auth.admin });
    expect(ofKind.json['items']).toHaveLength(1);
    const inMain = await auth.http('GET', `${grants}?repository=main&subject=team:devs`, { as: auth.admin });
    expect(inMain.json['items']).toMatchObject([{ subject: { team: 'devs' } }]);
    expect((await auth.http('GET', `${grants}?subject=team:none`, { as: auth.admin })).json['items']).toEqual([]);
  });

  it('are one for each subject and resource: the same again is success, another is replaced or a conflict; taken, they are gone at once (A11, W9)', async () => {
    const ben = await member('ben');
    const on = { repository: 'main' };
    const first = await give(auth.admin, { user: 'ben' }, on);
    const id = String(first.json['id']);
    expect((await give(auth.admin, { user: 'ben' }, on)).json['id']).toBe(id);
    const clash = await give(auth.admin, { user: 'ben' }, on, { role: 'reader' });
    expect([clash.status, clash.json]).toMatchObject([409, { code: 'grant.exists', details: { grant: id } }]);
    expect((await put(auth.admin, { user: 'ben' }, on, { role: 'maintainer' })).json).toMatchObject({
      id,
      role: 'maintainer',
    });
    const change = (body: object, headers = {}) =>
      auth.http('PUT', `${grants}/${id}`, { as: auth.admin, body, headers });
    expect((await change({ role: 'reader' }, { 'if-match': '"1"' })).status).toBe(412);
    expect((await change({ role: 'reader' }, { 'if-match': '"2"' })).headers['etag']).toBe('"3"');
    expect(await may(ben.session, 'read', packageIn(main.repositoryId))).toBe(true);
    expect((await auth.http('DELETE', `${grants}/${id}`, { as: auth.admin })).status).toBe(204);
    expect(await auth.principal(ben.session)).not.toMatchObject({ grants: [{}, {}] });
    expect((await auth.http('DELETE', `${grants}/${id}`, { as: auth.admin })).status).toBe(404);
    expect(await auth.audit(`grant:${id}`)).toEqual(['grant.give', 'grant.change', 'grant.change', 'grant.take']);
  });

  it('name what is wrong with a request, field by field', async () => {
    const codes = async (subject: object, on: object, what: object) => {
      const { status, json } = await give(auth.admin, subject, on, what);
      return [status, json['code'], (json['errors'] as { field: string }[] | undefined)?.[0]?.field];
    };
    const reader = { role: 'reader' };
    expect(await codes({ user: 'ben', team: 'devs' }, { repository: 'main' }, reader)).toEqual([
      400,
      'request.invalid',
      'body.subject',
    ]);
    expect(await codes({ user: 'ben' }, { repository: 'main', package: 'left-pad' }, reader)).toEqual([
      400,
      'request.invalid',
      'body.on',
    ]);
    expect(await codes({ user: 'ben' }, { pattern: '*' }, reader)).toEqual([400, 'grant.pattern', 'body.on.pattern']);
    expect(await codes({ user: 'ben' }, { repository: 'main' }, {})).toEqual([400, 'grant.actions', 'body.actions']);
    expect(await codes({ user: 'ben' }, { repository: 'main' }, { ...reader, actions: ['read'] })).toEqual([
      400,
      'grant.actions',
      'body.actions',
    ]);
    expect(await codes({ user: 'nobody-at-all' }, { repository: 'main' }, reader)).toEqual([
      404,
      'user.not-found',
      undefined,
    ]);
  });

  it('reach only what the organization owns: another one’s repository is as missing (A3, A6)', async () => {
    const foreign = publish.create('foreign', randomUUID() as OrganizationId, 'public');
    const hidden = await give(auth.admin, { user: 'outsider' }, { repository: foreign.slug });
    const missing = await give(auth.admin, { user: 'outsider' }, { repository: 'no-such-thing' });
    expect([hidden.status, hidden.withoutRequestId]).toEqual([404, missing.withoutRequestId]);
    const id = String(
      (await put(auth.admin, { user: 'outsider' }, { repository: 'main' }, { role: 'reader' })).json['id'],
    );
    await auth.http('POST', '/api/v1/orgs', { as: auth.admin, body: { name: 'rival' } });
    for (const method of ['GET', 'DELETE']) {
      expect((await auth.http(method, `/api/v1/orgs/rival/grants/${id}`, { as: auth.admin })).status).toBe(404);
    }
    const plain = await member('plain');
    expect((await auth.http('GET', grants, { as: plain.session })).status).toBe(403);
    const out = await auth.person('stranger');
    const unseen = await auth.http('GET', grants, { as: out.session });
    const nowhere = await auth.http('GET', '/api/v1/orgs/nowhere/grants', { as: out.session });
    expect([unseen.status, unseen.withoutRequestId]).toEqual([404, nowhere.withoutRequestId]);
  });
});

describe('nobody rises by their own hand', () => {
  it('who may only manage access gives themselves nothing more, by grant, team or role, and takes nothing from who has more', async () => {
    const eve = await member('eve');
    await teamOf('powerful', 'ada');
    expect((await put(auth.admin, { team: 'powerful' }, { organization: 'acme' }, { role: 'admin' })).status).toBe(200);
    const given = await put(
      auth.admin,
      { user: 'eve' },
      { organization: 'acme' },
      { actions: ['read', 'manage-access'] },
    );
    expect(given.status).toBe(200);
    for (const on of [
      { organization: 'acme' },
      { repository: 'main' },
      { repository: 'main', package: leftPad },
      { pattern: 'npm/*' },
    ]) {
      const risen = await put(eve.session, { user: 'eve' }, on, { actions: ['read', 'publish'] });
      expect([risen.status, risen.json['code']]).toEqual([403, 'grant.beyond-own']);
      expect((await put(eve.session, { user: 'outsider' }, on, { role: 'admin' })).status).toBe(403);
    }
    expect((await put(eve.session, { user: 'outsider' }, { repository: 'main' }, { role: 'reader' })).status).toBe(200);
    const joined = await auth.http('PUT', '/api/v1/orgs/acme/teams/powerful/members/eve', {
      as: eve.session,
      body: {},
    });
    expect([joined.status, joined.json['code']]).toEqual([403, 'grant.beyond-own']);
    const role = await auth.http('PUT', '/api/v1/orgs/acme/members/eve', { as: eve.session, body: { role: 'admin' } });
    expect([role.status, role.json['code']]).toEqual([403, 'grant.beyond-own']);
    expect((await auth.http('DELETE', '/api/v1/orgs/acme/teams/powerful', { as: eve.session })).status).toBe(403);
    const own = (await auth.http('GET', `${grants}?subject=team:powerful`, { as: auth.admin })).json['items'] as {
      id: string;
    }[];
    expect((await auth.http('DELETE', `${grants}/${own[0]?.id ?? ''}`, { as: eve.session })).status).toBe(403);
    const base = await auth.http('PATCH', '/api/v1/orgs/acme', { as: eve.session, body: { basePermission: 'none' } });
    expect([base.status, base.json['code']]).toEqual([403, 'grant.beyond-own']);
    expect(await may(eve.session, 'publish', packageIn(main.repositoryId))).toBe(false);
  });

  it('gives after a proof of a moment ago only (W7)', async () => {
    const old = await member('old-session', 'admin');
    await auth.query(`UPDATE sessions SET proven_at = now() - interval '1 hour' WHERE user_id = $1`, [old.userId]);
    const answers = [
      await put(old.session, { user: 'outsider' }, { repository: 'main' }, { role: 'reader' }),
      await auth.http('PUT', '/api/v1/orgs/acme/members/ada', { as: old.session, body: { role: 'member' } }),
    ];
    for (const { status, json } of answers) expect([status, json['code']]).toEqual([403, 'auth.step-up-required']);
  });

  it('who manages access on one repository gives there and nowhere else', async () => {
    const gus = await auth.person('gus');
    await put(auth.admin, { user: 'gus' }, { repository: 'main' }, { role: 'admin' });
    const at = (query: string) => `/api/v1/grants?${query}`;
    const body = { subject: { user: 'stranger' }, role: 'publisher' };
    const set = (query: string, sent: object = body) => auth.http('PUT', at(query), { as: gus.session, body: sent });
    expect((await set('repository=main')).status).toBe(200);
    const inPackage = await set(`repository=main&package=${encodeURIComponent(leftPad)}`);
    expect([inPackage.status, inPackage.json['on']]).toEqual([200, { repository: 'main', package: leftPad }]);
    const elsewhere = await set('repository=other');
    const missing = await set('repository=no-such-thing');
    expect([elsewhere.status, elsewhere.withoutRequestId]).toEqual([404, missing.withoutRequestId]);
    expect((await give(gus.session, { user: 'gus' }, { organization: 'acme' })).status).toBe(404);
    // Of the teams of an organization that he may not see he learns nothing.
    const known = await set('repository=main', { subject: { team: 'powerful' }, role: 'reader' });
    const unknown = await set('repository=main', { subject: { team: 'no-such-team' }, role: 'reader' });
    expect([known.status, known.withoutRequestId]).toEqual([404, unknown.withoutRequestId]);
    const listed = await auth.http('GET', at('repository=main'), { as: gus.session });
    const ids = (listed.json['items'] as { id: string; on: object }[]).filter(({ on }) => !('package' in on));
    expect(ids.length).toBeGreaterThan(0);
    const id = String(inPackage.json['id']);
    // By its id a grant is there only where it is one of what was named (A3).
    expect((await auth.http('DELETE', `/api/v1/grants/${id}?repository=main`, { as: gus.session })).status).toBe(404);
    const path = `/api/v1/grants/${id}?repository=main&package=${encodeURIComponent(leftPad)}`;
    expect((await auth.http('DELETE', path, { as: gus.session })).status).toBe(204);
  });

  it('a token gives no more access to give than it has itself (A4)', async () => {
    const manager = await auth.token(await member('tok', 'owner'), [
      { actions: ['read', 'manage-access'], on: { kind: 'everything' } },
    ]);
    const as = { token: manager.token };
    expect((await put(as, { user: 'stranger' }, { repository: 'main' }, { role: 'maintainer' })).status).toBe(200);
    expect((await put(as, { user: 'stranger' }, { repository: 'main' }, { role: 'admin' })).status).toBe(403);
  });
});

describe('what was given on a repository', () => {
  it('ends when it goes to another organization or is deleted, whatever order and how often the events come (T11)', async () => {
    const hal = await auth.person('hal');
    const moving = publish.create('moving', organizationId);
    const on = { repository: 'moving' };
    await put(auth.admin, { user: 'hal' }, on, { role: 'publisher' });
    await put(auth.admin, { user: 'hal' }, { ...on, package: leftPad }, { role: 'publisher' });
    await put(auth.admin, { user: 'hal' }, { ...on, pattern: 'npm/*' }, { role: 'publisher' });
    const { repositoryId, slug } = moving;
    const facts = {
      repositoryId,
      slug,
      visibility: 'private',
      kind: 'hosted',
      archived: false,
      deleted: false,
      transferredFrom: null,
    };
    const news = (version: number, changes: object) =>
      auth.emit(repositoryChanged, {
        aggregate: repositoryId,
        version,
        data: { ...facts, organizationId, ...changes },
      });
    const count = async () => {
      const principal = await auth.principal(hal.session);
      return principal.kind === 'anonymous' ? -1 : principal.grants.length;
    };
    expect(await count()).toBe(3);
    const rival = (await auth.organizationId('rival')) as OrganizationId;
    await news(3, { organizationId: rival, transferredFrom: organizationId });
    await vi.waitFor(async () => expect(await count()).toBe(0));
    // What somebody asked a moment before the transfer is not given after it.
    expect((await put(auth.admin, { user: 'hal' }, on, { role: 'publisher' })).status).toBe(404);
    moving.organizationId = rival;
    const again = await auth.http('PUT', '/api/v1/orgs/rival/grants', {
      as: auth.admin,
      body: { subject: { user: 'hal' }, on, role: 'reader' },
    });
    expect(again.status).toBe(200);
    await news(2, {});
    await news(4, { organizationId: rival });
    await vi.waitFor(async () => {
      const [row] = await auth.query('SELECT event_version FROM known_repositories WHERE repository_id = $1', [
        repositoryId,
      ]);
      expect(row).toEqual({ event_version: 4 });
    });
    expect(await count()).toBe(1);
    await news(5, { organizationId: rival, deleted: true });
    await vi.waitFor(async () => expect(await count()).toBe(0));
    expect(await auth.audit(`repository:${repositoryId}`)).toEqual(['grant.take', 'grant.take']);
  });

  it('of a package stays behind when the package is moved (T11)', async () => {
    const ida = await auth.person('ida');
    await put(auth.admin, { user: 'ida' }, { repository: 'main', package: leftPad }, { role: 'publisher' });
    expect(await may(ida.session, 'publish', packageIn(main.repositoryId))).toBe(true);
    const repository = {
      repositoryId: main.repositoryId,
      organizationId,
      slug: 'main',
      visibility: 'private',
      kind: 'hosted',
    };
    const data = {
      repository,
      packagePurl: leftPad,
      changedBy: 'user:x',
      to: { ...repository, repositoryId: randomUUID() },
      visibility: null,
      archived: false,
    };
    await auth.emit(packageMoved, { aggregate: `${main.repositoryId}/${leftPad}`, version: 7, data });
    await vi.waitFor(async () => expect(await may(ida.session, 'publish', packageIn(main.repositoryId))).toBe(false));
  });
});
