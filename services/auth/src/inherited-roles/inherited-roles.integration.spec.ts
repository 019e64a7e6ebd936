import { randomUUID } from 'node:crypto';
import type { DataOf } from '@waybill/contracts';
import { packageMoved, packageRolesInherited, repositoryChanged, repositoryPurged } from '@waybill/contracts';
import type { Action, OrganizationId, PackagePurl } from '@waybill/domain';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Person } from '../../test/auth-conversation.js';
import { GrantsGround } from '../../test/grants-ground.js';

type People = DataOf<typeof packageRolesInherited>['people'];

let ground: GrantsGround;

beforeAll(async () => {
  ground = await GrantsGround.start();
});

afterAll(async () => {
  await ground.auth.stop();
});

function newsOf(purl: string, organizationId: OrganizationId = ground.organizationId) {
  const { repositoryId } = ground.main;
  const repository = { repositoryId, organizationId, slug: 'main', visibility: 'private', kind: 'hosted' };
  return { aggregate: `${repositoryId}/${purl}`, data: { repository, packagePurl: purl, changedBy: 'user:x' } };
}

function inherit(purl: string, version: number, people: People): Promise<void> {
  const { aggregate, data } = newsOf(purl);
  return ground.auth.emit(packageRolesInherited, { aggregate, version, data: { ...data, people } });
}

function named(person: Person, ...actions: Action[]): People[number] {
  return { who: { username: person.username }, actions };
}

function may(person: Person, action: Action, purl: string): Promise<boolean> {
  return ground.may(person.session, action, ground.packageIn(ground.main.repositoryId, purl as never));
}

/** A member who may do nothing to packages but what a source gives them. */
async function member(username: string): Promise<Person> {
  await ground.auth.http('PATCH', '/api/v1/orgs/acme', { as: ground.auth.admin, body: { basePermission: 'none' } });
  return ground.member(username, 'member');
}

describe('what the source of a package gives', () => {
  it('is given to members by their username, replaced by the next news, and taken with the link', async () => {
    const [ada, bob] = [await member('ada'), await member('bob')];
    const purl = 'pkg:npm/linked';
    await inherit(purl, 1, [named(ada, 'read', 'publish'), named(bob, 'read')]);
    await vi.waitFor(async () => expect(await may(ada, 'publish', purl)).toBe(true));
    expect(await may(bob, 'read', purl)).toBe(true);
    expect(await may(bob, 'publish', purl)).toBe(false);
    expect(await may(ada, 'publish', 'pkg:npm/another')).toBe(false);
    await inherit(purl, 2, [named(ada, 'read')]);
    await vi.waitFor(async () => expect(await may(bob, 'read', purl)).toBe(false));
    expect(await may(ada, 'publish', purl)).toBe(false);
    await inherit(purl, 3, []);
    await vi.waitFor(async () => expect(await may(ada, 'read', purl)).toBe(false));
  });

  it('is nothing to who is not of the organization, from the moment they leave it (A1)', async () => {
    const [cleo, stranger] = [await member('cleo'), await ground.auth.person('stranger')];
    const purl = 'pkg:npm/members-only';
    await inherit(purl, 1, [named(cleo, 'read'), named(stranger, 'read')]);
    await vi.waitFor(async () => expect(await may(cleo, 'read', purl)).toBe(true));
    expect(await may(stranger, 'read', purl)).toBe(false);
    const left = await ground.auth.http('DELETE', '/api/v1/orgs/acme/members/cleo', { as: ground.auth.admin });
    expect(left.status).toBe(204);
    await vi.waitFor(async () => expect(await may(cleo, 'read', purl)).toBe(false));
  });

  it('is not changed by old news, nor by the same news again (W10)', async () => {
    const dora = await member('dora');
    const purl = 'pkg:npm/late-news';
    await inherit(purl, 5, [named(dora, 'read')]);
    await vi.waitFor(async () => expect(await may(dora, 'read', purl)).toBe(true));
    await inherit(purl, 4, []);
    await inherit(purl, 5, []);
    await inherit('pkg:npm/heard', 1, [named(dora, 'read')]);
    await vi.waitFor(async () => expect(await may(dora, 'read', 'pkg:npm/heard')).toBe(true));
    expect(await may(dora, 'read', purl)).toBe(true);
  });

  it('ends where the package is moved away, and late news does not bring it back (T11)', async () => {
    const emil = await member('emil');
    const purl = 'pkg:npm/moved-away';
    await inherit(purl, 1, [named(emil, 'read')]);
    await vi.waitFor(async () => expect(await may(emil, 'read', purl)).toBe(true));
    const { aggregate, data } = newsOf(purl);
    const to = { ...data.repository, repositoryId: randomUUID() };
    await ground.auth.emit(packageMoved, {
      aggregate,
      version: 3,
      data: { ...data, to, visibility: null, archived: false },
    });
    await vi.waitFor(async () => expect(await may(emil, 'read', purl)).toBe(false));
    await inherit(purl, 2, [named(emil, 'read')]);
    await inherit('pkg:npm/heard-too', 1, [named(emil, 'read')]);
    await vi.waitFor(async () => expect(await may(emil, 'read', 'pkg:npm/heard-too')).toBe(true));
    expect(await may(emil, 'read', purl)).toBe(false);
  });
});

describe('a report of people', () => {
  function rowsOf(purl: string) {
    return ground.auth.query('SELECT user_id, actions FROM inherited_roles WHERE package_purl = $1', [purl]);
  }

  async function entriesOf(purl: string): Promise<unknown[]> {
    const rows = await ground.auth.query('SELECT details FROM audit_events WHERE subject = $1 ORDER BY at', [
      `package:${ground.main.repositoryId}/${purl}`,
    ]);
    return rows.map(({ details }) => details);
  }

  async function heard(): Promise<void> {
    const listener = await member(`listener-${randomUUID().slice(0, 8)}`);
    const purl = `pkg:npm/${listener.username}`;
    await inherit(purl, 1, [named(listener, 'read')]);
    await vi.waitFor(async () => expect(await may(listener, 'read', purl)).toBe(true));
  }

  it('leaves the same for somebody from outside and for a name or an identity that nobody has (A6)', async () => {
    const gus = await member('gus');
    const outsider = await ground.auth.person('outsider');
    await ground.auth.query(
      `INSERT INTO external_identities (provider, subject, user_id) VALUES ('oidc', 'outsider-1', $1)`,
      [outsider.userId],
    );
    const read: Action[] = ['read'];
    const cases: [string, People][] = [
      ['pkg:npm/existing-name', [named(outsider, 'read')]],
      ['pkg:npm/missing-name', [{ who: { username: 'nobody-at-all' }, actions: read }]],
      [
        'pkg:npm/existing-identity',
        [{ who: { identity: { provider: 'oidc', subject: 'outsider-1' } }, actions: read }],
      ],
      ['pkg:npm/missing-identity', [{ who: { identity: { provider: 'oidc', subject: 'no-one' } }, actions: read }]],
    ];
    for (const [purl, people] of cases) await inherit(purl, 1, people);
    for (const [purl, people] of cases) await inherit(purl, 2, [...people, named(gus, 'read')]);
    await heard();
    for (const [purl] of cases) {
      expect(await rowsOf(purl)).toEqual([{ user_id: gus.userId, actions: read }]);
      expect(await entriesOf(purl)).toEqual([
        { because: 'source', changedBy: 'user:x', changed: [{ userId: gus.userId, before: [], after: read }] },
      ]);
    }
  });

  it('is in the audit with everybody who gained or lost something, and what (W9)', async () => {
    const [hal, ida] = [await member('hal'), await member('ida')];
    const purl = 'pkg:npm/audited';
    await inherit(purl, 1, [named(hal, 'read')]);
    await vi.waitFor(async () => expect(await may(hal, 'read', purl)).toBe(true));
    await inherit(purl, 2, [named(ida, 'read', 'publish')]);
    await heard();
    const [, entry] = await entriesOf(purl);
    expect(entry).toEqual({
      because: 'source',
      changedBy: 'user:x',
      changed: [
        { userId: hal.userId, before: ['read'], after: [] },
        { userId: ida.userId, before: [], after: ['read', 'publish'] },
      ],
    });
  });

  it('is seen in the lists of grants as what a source gives, and is nothing to change there (A8)', async () => {
    const jan = await member('jan');
    const purl = 'pkg:npm/listed';
    await inherit(purl, 1, [named(jan, 'read', 'publish', 'metadata')]);
    await vi.waitFor(async () => expect(await may(jan, 'publish', purl)).toBe(true));
    await ground.give(ground.auth.admin, { user: 'jan' }, { repository: 'main', package: purl }, { role: 'reader' });
    const as = ground.auth.admin;
    const lists = [
      `/api/v1/orgs/acme/grants?subject=user:jan`,
      `/api/v1/grants?repository=main&package=${encodeURIComponent(purl)}`,
    ];
    const subject = { user: 'jan' };
    const on = { repository: 'main', package: purl };
    for (const path of lists) {
      const { json } = await ground.auth.http('GET', path, { as });
      const items = json['items'] as { from: string; id: string }[];
      expect(items.toSorted((one, other) => (one.from < other.from ? -1 : 1))).toMatchObject([
        { from: 'given', subject, on, role: 'reader' },
        { from: 'source', subject, on, role: 'publisher', actions: ['read', 'publish', 'metadata'] },
      ]);
      const id = items.find(({ from }) => from === 'source')!.id;
      for (const method of ['GET', 'DELETE'] as const) {
        expect((await ground.auth.http(method, `/api/v1/orgs/acme/grants/${id}`, { as })).status).toBe(404);
      }
      const first = await ground.auth.http('GET', `${path}&limit=1`, { as });
      const cursor = encodeURIComponent(String(first.json['next']));
      const second = await ground.auth.http('GET', `${path}&limit=1&cursor=${cursor}`, { as });
      const paged = [first, second].flatMap((page) => page.json['items'] as { id: string }[]);
      expect(paged).toEqual(items);
    }
  });

  it('gives nothing back to a member who was removed and added again, until the next one (A8)', async () => {
    const kim = await member('kim');
    const purl = 'pkg:npm/removed';
    await inherit(purl, 1, [named(kim, 'read', 'publish')]);
    await vi.waitFor(async () => expect(await may(kim, 'publish', purl)).toBe(true));
    const as = ground.auth.admin;
    expect((await ground.auth.http('DELETE', '/api/v1/orgs/acme/members/kim', { as })).status).toBe(204);
    expect(await rowsOf(purl)).toEqual([]);
    await ground.auth.http('POST', '/api/v1/orgs/acme/members', { as, body: { username: 'kim', role: 'member' } });
    expect(await may(kim, 'publish', purl)).toBe(false);
    await inherit(purl, 2, [named(kim, 'read', 'publish')]);
    await vi.waitFor(async () => expect(await may(kim, 'publish', purl)).toBe(true));
  });

  it('gives a service account of the organization what it says, and ends with an erased account', async () => {
    const ned = await member('ned');
    const purl = 'pkg:npm/accounts';
    const as = ground.auth.admin;
    const body = { name: 'ci', description: 'builds' };
    const made = await ground.auth.http('POST', '/api/v1/orgs/acme/service-accounts', { as, body });
    expect(made.status).toBe(201);
    await inherit(purl, 1, [named(ned, 'read'), { who: { username: 'acme/ci' }, actions: ['read'] }]);
    await vi.waitFor(async () => expect(await rowsOf(purl)).toHaveLength(2));
    const erased = await ground.auth.http('DELETE', '/api/v1/users/ned', { as: ned.session, body: { confirm: 'ned' } });
    expect(erased.status).toBeLessThan(300);
    expect(await rowsOf(purl)).toHaveLength(1);
    const gone = await ground.auth.http('DELETE', '/api/v1/orgs/acme/service-accounts/ci', { as });
    expect(gone.status).toBe(204);
    expect(await rowsOf(purl)).toEqual([]);
  });

  it('that is heard before the transfer of its repository holds from the transfer on (W10, T11)', async () => {
    const lou = await member('lou');
    const other = randomUUID() as OrganizationId;
    const moving = ground.publish.create(`moving-${randomUUID().slice(0, 8)}`, other);
    const repository = { ...newsOf('').data.repository, repositoryId: moving.repositoryId };
    const change = { archived: false, deleted: false, transferredFrom: null };
    const aggregate = moving.repositoryId;
    const before = { ...repository, organizationId: other };
    await ground.auth.emit(repositoryChanged, { aggregate, version: 2, data: { ...before, ...change } });
    const known = 'SELECT event_version FROM known_repositories WHERE repository_id = $1';
    await vi.waitFor(async () => expect(await ground.auth.query(known, [aggregate])).toEqual([{ event_version: 2 }]));
    const packagePurl = 'pkg:npm/early' as PackagePurl;
    const news = { repository, packagePurl, changedBy: 'user:x', repositoryVersion: 3 };
    await ground.auth.emit(packageRolesInherited, {
      aggregate: `${aggregate}/${packagePurl}`,
      version: 1,
      data: { ...news, people: [named(lou, 'read')] },
    });
    await heard();
    const on = ground.packageIn(moving.repositoryId, packagePurl);
    expect(await ground.may(lou.session, 'read', on)).toBe(false);
    const transfer = { ...repository, ...change, transferredFrom: other };
    await ground.auth.emit(repositoryChanged, { aggregate, version: 3, data: transfer });
    await vi.waitFor(async () => expect(await ground.may(lou.session, 'read', on)).toBe(true));
  });

  it('still holds when its repository was deleted and restored, and ends when that is purged', async () => {
    const mia = await member('mia');
    const back = ground.publish.create(`back-${randomUUID().slice(0, 8)}`, ground.organizationId);
    const repository = { ...newsOf('').data.repository, repositoryId: back.repositoryId };
    const aggregate = back.repositoryId;
    const packagePurl = 'pkg:npm/back' as PackagePurl;
    await ground.auth.emit(packageRolesInherited, {
      aggregate: `${aggregate}/${packagePurl}`,
      version: 1,
      data: { repository, packagePurl, changedBy: 'user:x', people: [named(mia, 'read')] },
    });
    const on = ground.packageIn(back.repositoryId, packagePurl);
    await vi.waitFor(async () => expect(await ground.may(mia.session, 'read', on)).toBe(true));
    const state = 'SELECT deleted FROM known_repositories WHERE repository_id = $1';
    for (const [index, deleted] of [true, false].entries()) {
      const data = { ...repository, archived: false, deleted, transferredFrom: null };
      await ground.auth.emit(repositoryChanged, { aggregate, version: index + 2, data });
      await vi.waitFor(async () => expect(await ground.auth.query(state, [aggregate])).toEqual([{ deleted }]));
    }
    expect(await ground.may(mia.session, 'read', on)).toBe(true);
    await ground.auth.emit(repositoryPurged, {
      aggregate,
      version: 4,
      data: { repositoryId: aggregate, organizationId: ground.organizationId, slug: 'back' },
    });
    await vi.waitFor(async () => expect(await ground.may(mia.session, 'read', on)).toBe(false));
  });
});

// The last: the repository of all of them goes away.
describe('what the sources of the packages of a repository give', () => {
  it('ends with all of the repository when that goes to another organization (T11)', async () => {
    const fay = await member('fay');
    const purl = 'pkg:npm/transferred';
    await inherit(purl, 1, [named(fay, 'read')]);
    await vi.waitFor(async () => expect(await may(fay, 'read', purl)).toBe(true));
    const other = randomUUID() as OrganizationId;
    const change = { archived: false, deleted: false, transferredFrom: ground.organizationId };
    await ground.auth.emit(repositoryChanged, {
      aggregate: ground.main.repositoryId,
      version: 2,
      data: { ...newsOf(purl, other).data.repository, ...change },
    });
    await vi.waitFor(async () => expect(await may(fay, 'read', purl)).toBe(false));
    await inherit(purl, 2, [named(fay, 'read')]);
    expect(await may(fay, 'read', purl)).toBe(false);
  });
});
