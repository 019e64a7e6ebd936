import { randomUUID } from 'node:crypto';
import type { DataOf } from '@waybill/contracts';
import { packageMoved, packageRolesInherited, repositoryChanged } from '@waybill/contracts';
import type { Action, OrganizationId } from '@waybill/domain';
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
