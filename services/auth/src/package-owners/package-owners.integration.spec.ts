import { randomUUID } from 'node:crypto';
import { listCollaborators, packageOwnersChanged } from '@waybill/contracts';
import type { OrganizationId, Principal } from '@waybill/domain';
import { can } from '@waybill/domain';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { OwnedPackage } from '../../test/owners-ground.js';
import { aggregateOf, OwnersGround } from '../../test/owners-ground.js';
import type { Person } from '../../test/running-auth.js';

let ground: OwnersGround;

beforeAll(async () => {
  ground = await OwnersGround.start();
});

afterAll(async () => {
  await ground.auth.stop();
});

const resourceOf = (of: OwnedPackage) =>
  ({ kind: 'package', visibility: 'private', purl: of.packagePurl, ...of }) as const;

describe('owners of packages', () => {
  it('are at first who published first, whatever order and how often the events come', async () => {
    const ada = await ground.member('ada', 'member');
    const ben = await ground.member('ben', 'member');
    const of = ground.newPackage();
    await ground.published(of, ben, 2);
    await vi.waitFor(async () => expect(await ground.ownersOf(of)).toEqual([['ben']]));
    await ground.published(of, ada, 1);
    await vi.waitFor(async () => expect(await ground.ownersOf(of)).toEqual([['ben'], ['ada']]));
    await ground.published(of, ben, 3);
    await ground.published(of, ada, 1);
    const other = ground.newPackage();
    await ground.published(other, ben, 1);
    await vi.waitFor(async () => expect(await ground.ownersOf(other)).toEqual([['ben']]));
    expect(await ground.ownersOf(of)).toEqual([['ben'], ['ada']]);
    const [last] = (await ground.auth.events(packageOwnersChanged, aggregateOf(of))).slice(-1);
    expect(last).toMatchObject({ changedBy: `user:${ada.userId}`, owners: [{ userId: ada.userId, email: null }] });
    expect(JSON.stringify(await ground.auth.principal(ada.session))).not.toContain('left-pad');
    const ownerless = ground.newPackage();
    await ground.published(ownerless, { ...ada, userId: randomUUID() as Person['userId'] }, 2);
    await vi.waitFor(async () => expect(await ground.ownersOf(ownerless)).toEqual([[]]));
    await ground.published(ownerless, ada, 1);
    await vi.waitFor(async () => expect(await ground.ownersOf(ownerless)).toEqual([[], ['ada']]));
  });

  it('that were added may publish, change metadata and add others; removed ones may not any more; each change is audited once (W9)', async () => {
    const ada = await ground.member('ada', 'member');
    const out = await ground.auth.person('outsider');
    const of = ground.newPackage();
    await ground.published(of, ada);
    await vi.waitFor(async () => expect(await ground.ownersOf(of)).toHaveLength(1));
    const added = await ground.set(of, await ground.asAdmin(), ['ada', 'Outsider'], ['ada']);
    expect(added).toEqual({ aggregateVersion: 2, usernames: ['ada', 'outsider'] });
    const principal = await ground.auth.principal(out.session);
    for (const action of ['read', 'publish', 'metadata', 'manage-access'] as const) {
      expect(can(principal, action, resourceOf(of)).allowed).toBe(true);
    }
    expect(can(principal, 'delete', resourceOf(of)).allowed).toBe(false);
    expect(can(principal, 'read', resourceOf(ground.newPackage())).allowed).toBe(false);
    expect(await ground.set(of, principal, ['ada', 'outsider'])).toEqual(added);
    await ground.set(of, principal, ['ada']);
    expect(can(await ground.auth.principal(out.session), 'read', resourceOf(of)).allowed).toBe(false);
    await expect(ground.set(of, await ground.auth.principal(out.session), ['outsider'])).rejects.toMatchObject({
      kind: 'not-found',
    });
    expect(await ground.auth.audit(`package:${aggregateOf(of)}`)).toEqual([
      'package-owners.change',
      'package-owners.change',
    ]);
  });

  it('are not changed by strangers, the anonymous, or a token that may not manage access (A4, A6)', async () => {
    const ada = await ground.member('ada', 'member');
    const ben = await ground.member('ben', 'member');
    const eve = await ground.auth.person('eve');
    const of = ground.newPackage();
    await ground.published(of, ada);
    await vi.waitFor(async () => expect(await ground.ownersOf(of)).toHaveLength(1));
    await expect(ground.set(of, await ground.auth.principal(eve.session), ['eve'])).rejects.toMatchObject({
      kind: 'not-found',
    });
    await expect(ground.set(of, await ground.auth.principal(ben.session), ['ben'])).rejects.toMatchObject({
      kind: 'forbidden',
    });
    await expect(ground.set(of, { kind: 'anonymous' }, ['eve'])).rejects.toMatchObject({ kind: 'unauthenticated' });
    const narrow = await ground.auth.token(ada, [{ actions: ['read', 'publish'], on: { kind: 'everything' } }]);
    await expect(ground.set(of, await ground.auth.principal(narrow), ['ada', 'eve'])).rejects.toMatchObject({
      kind: 'forbidden',
      message: expect.stringMatching(/lacks the permission manage-access: log in again through the browser/) as string,
    });
    const wide = await ground.auth.token(ada, [{ actions: ['read', 'manage-access'], on: { kind: 'everything' } }]);
    expect(await ground.set(of, await ground.auth.principal(wide), ['ada', 'ben'])).toMatchObject({
      usernames: ['ada', 'ben'],
    });
    const foreign = { ...of, organizationId: randomUUID() as OrganizationId };
    await expect(ground.set(foreign, await ground.asAdmin(), ['eve'])).rejects.toMatchObject({ kind: 'not-found' });
    const unknown = { ...ground.newPackage() };
    await expect(ground.set(unknown, await ground.auth.principal(eve.session), ['eve'])).rejects.toMatchObject({
      kind: 'not-found',
    });
    expect(
      await ground.auth.query('SELECT 1 FROM package_ownerships WHERE repository_id = $1', [unknown.repositoryId]),
    ).toEqual([]);
  });

  it('who left the organization cannot come back by owning what they published (A8)', async () => {
    const mia = await ground.member('mia', 'member');
    const ned = await ground.member('ned', 'member');
    const of = ground.newPackage();
    await ground.published(of, mia);
    await vi.waitFor(async () => expect(await ground.ownersOf(of)).toHaveLength(1));
    await ground.set(of, await ground.asAdmin(), ['mia', 'ned']);
    for (const person of [mia, ned]) {
      await ground.auth.http('DELETE', `/api/v1/orgs/acme/members/${person.username}`, { as: ground.auth.admin });
      const principal = await ground.auth.principal(person.session);
      expect(can(principal, 'publish', resourceOf(of)).allowed).toBe(false);
      await expect(ground.set(of, principal, ['mia', 'ned', 'ada'])).rejects.toMatchObject({ kind: 'not-found' });
    }
  });

  it('always have one among them who is not suspended, and only people that there are', async () => {
    const kim = await ground.member('kim', 'member');
    await ground.auth.person('lou');
    const of = ground.newPackage();
    await ground.published(of, kim);
    await vi.waitFor(async () => expect(await ground.ownersOf(of)).toHaveLength(1));
    const admin = await ground.asAdmin();
    await expect(ground.set(of, admin, [])).rejects.toMatchObject({ kind: 'invalid', code: 'owners.empty' });
    for (const name of ['nobody', "x' OR 1=1", '\u0000']) {
      await expect(ground.set(of, admin, ['kim', name])).rejects.toMatchObject({
        kind: 'not-found',
        code: 'user.not-found',
      });
    }
    await ground.set(of, admin, ['kim', 'lou']);
    await ground.auth.http('PUT', '/api/v1/users/lou/suspension', { as: ground.auth.admin, body: { suspended: true } });
    await expect(ground.set(of, admin, ['lou'])).rejects.toMatchObject({ code: 'owners.empty' });
    expect(await ground.set(of, admin, ['kim'])).toMatchObject({ usernames: ['kim'] });
    await expect(ground.set(of, admin, ['kim', 'lou'])).rejects.toMatchObject({ code: 'user.not-found' });
  });

  it('changed by two at once from the same reading are changed by one', async () => {
    const ada = await ground.member('ada', 'member');
    await ground.member('ben', 'member');
    await ground.member('cyd', 'member');
    const of = ground.newPackage();
    await ground.published(of, ada);
    await vi.waitFor(async () => expect(await ground.ownersOf(of)).toHaveLength(1));
    const admin = await ground.asAdmin();
    const both = await Promise.allSettled([
      ground.set(of, admin, ['ada', 'ben'], ['ada']),
      ground.set(of, admin, ['ada', 'cyd'], ['Ada']),
    ]);
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    const refused = both.find(({ status }) => status === 'rejected');
    expect(refused).toMatchObject({ reason: { kind: 'conflict', code: 'owners.changed-meanwhile' } });
  });

  it('are among the collaborators, with those who have a role; strangers are told nothing', async () => {
    const ada = await ground.member('ada', 'member');
    await ground.member('ray', 'reader');
    await ground.auth.person('guest');
    const of = ground.newPackage();
    await ground.set(of, await ground.asAdmin(), ['guest']);
    const list = async (person: Person) =>
      ground.auth.ask(listCollaborators, { ...of, principal: await ground.auth.principal(person.session) });
    const { collaborators } = await list(ada);
    expect(collaborators).toContainEqual({ username: 'ray', permission: 'read' });
    expect(collaborators).toContainEqual({ username: 'ada', permission: 'write' });
    expect(collaborators).toContainEqual({ username: 'guest', permission: 'write' });
    await expect(list(await ground.auth.person('eve'))).rejects.toMatchObject({ kind: 'not-found' });
    await expect(list(await ground.auth.person('ray'))).rejects.toMatchObject({ kind: 'forbidden' });
  });

  it('who are not in the organization see who owns the package and nobody else of it (A5, A6)', async () => {
    const ada = await ground.member('ada', 'member');
    await ground.member('ray', 'reader');
    const bob = await ground.auth.person('bob');
    const of = ground.newPackage();
    await ground.published(of, ada);
    await vi.waitFor(async () => expect(await ground.ownersOf(of)).toHaveLength(1));
    await ground.set(of, await ground.asAdmin(), ['ada', 'bob']);
    const namesFor = async (principal: Principal) =>
      (await ground.auth.ask(listCollaborators, { ...of, principal })).collaborators.map(({ username }) => username);
    expect(await namesFor(await ground.auth.principal(bob.session))).toEqual(['ada', 'bob']);
    expect(await namesFor(await ground.auth.principal(ada.session))).toEqual(
      expect.arrayContaining(['admin', 'ray', 'bob']),
    );
    const on = { kind: 'package', repositoryId: of.repositoryId, purl: of.packagePurl } as const;
    const narrow = await ground.auth.token(ada, [{ actions: ['read', 'metadata'], on }]);
    expect(await namesFor(await ground.auth.principal(narrow))).toEqual(['ada', 'bob']);
  });
});
