import { randomUUID } from 'node:crypto';
import {
  listCollaborators,
  packageOwnersChanged,
  releasePublished,
  setMember,
  setPackageOwners,
} from '@waybill/contracts';
import type { OrganizationId, PackagePurl, Principal, RepositoryId } from '@waybill/domain';
import { can } from '@waybill/domain';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Person, type RunningAuth, startAuth } from '../../test/running-auth.js';

let auth: RunningAuth;
let organizationId: OrganizationId;

beforeAll(async () => {
  auth = await startAuth();
  organizationId = (await auth.organizationId('acme')) as OrganizationId;
});

afterAll(async () => {
  await auth.stop();
});

interface Package {
  readonly organizationId: OrganizationId;
  readonly repositoryId: RepositoryId;
  readonly packagePurl: PackagePurl;
}

const newPackage = (): Package => ({
  organizationId,
  repositoryId: randomUUID() as RepositoryId,
  packagePurl: 'pkg:npm/left-pad' as PackagePurl,
});
const aggregateOf = ({ repositoryId, packagePurl }: Package) => `${repositoryId}/${packagePurl}`;
const resourceOf = (of: Package) => ({ kind: 'package', visibility: 'private', purl: of.packagePurl, ...of }) as const;

async function published(of: Package, by: Person, version = 1): Promise<void> {
  const { repositoryId, packagePurl } = of;
  const repository = { repositoryId, organizationId, slug: 'main', visibility: 'private', kind: 'hosted' };
  const digest = `sha256:${'a'.repeat(64)}`;
  const data = {
    releaseId: randomUUID(),
    repository,
    purl: `${packagePurl}@1.0.${String(version)}`,
    packagePurl,
    version: `1.0.${String(version)}`,
    state: 'published',
    artifacts: [
      { filename: 'a.tgz', role: 'tarball', mediaType: 'application/gzip', sizeBytes: 1, digests: { sha256: digest } },
    ],
    metadata: { kind: 'inline', json: {} },
    tags: [],
    publishedBy: { actor: `user:${by.userId}`, username: by.username, userId: by.userId },
    submittedAt: new Date().toISOString(),
    reasons: [],
  };
  await auth.emit(releasePublished, { aggregate: aggregateOf(of), version, data });
}

async function ownersOf(of: Package): Promise<(readonly string[])[]> {
  const events = await auth.events(packageOwnersChanged, aggregateOf(of));
  return events.map(({ owners }) => owners.map(({ username }) => username));
}

async function member(username: string, role: 'owner' | 'admin' | 'member' | 'reader'): Promise<Person> {
  const principal = await auth.principal(auth.admin);
  const person = await auth.person(username);
  await auth.ask(setMember, { principal, organization: 'acme', username, role });
  return person;
}

const asAdmin = () => auth.principal(auth.admin);
const set = (of: Package, principal: Principal, usernames: string[], expected?: string[]) =>
  auth.ask(setPackageOwners, { ...of, principal, usernames, ...(expected && { expected }) });

describe('owners of packages', () => {
  it('are at first who published first, whatever order and how often the events come', async () => {
    const ada = await member('ada', 'member');
    const ben = await member('ben', 'member');
    const of = newPackage();
    await published(of, ben, 2);
    await vi.waitFor(async () => expect(await ownersOf(of)).toEqual([['ben']]));
    await published(of, ada, 1);
    await vi.waitFor(async () => expect(await ownersOf(of)).toEqual([['ben'], ['ada']]));
    await published(of, ben, 3);
    await published(of, ada, 1);
    const other = newPackage();
    await published(other, ben, 1);
    await vi.waitFor(async () => expect(await ownersOf(other)).toEqual([['ben']]));
    expect(await ownersOf(of)).toEqual([['ben'], ['ada']]);
    const [last] = (await auth.events(packageOwnersChanged, aggregateOf(of))).slice(-1);
    expect(last).toMatchObject({ changedBy: `user:${ada.userId}`, owners: [{ userId: ada.userId, email: null }] });
    expect(JSON.stringify(await auth.principal(ada.session))).not.toContain('left-pad');
    const ownerless = newPackage();
    await published(ownerless, { ...ada, userId: randomUUID() as Person['userId'] }, 2);
    await vi.waitFor(async () => expect(await ownersOf(ownerless)).toEqual([[]]));
    await published(ownerless, ada, 1);
    await vi.waitFor(async () => expect(await ownersOf(ownerless)).toEqual([[], ['ada']]));
  });

  it('are added by name by who shares an organization with them; others are as missing (A6)', async () => {
    const ada = await member('ada', 'member');
    await member('ben', 'member');
    await auth.person('friend');
    await auth.person('stranger');
    await auth.http('POST', '/api/v1/orgs', { as: auth.admin, body: { name: 'club', owner: 'ada' } });
    const body = { username: 'friend', role: 'reader' };
    await auth.http('POST', '/api/v1/orgs/club/members', { as: auth.admin, body });
    const of = newPackage();
    await published(of, ada);
    await vi.waitFor(async () => expect(await ownersOf(of)).toHaveLength(1));
    const caller = await auth.principal((await auth.again('ada')).session);
    expect(await set(of, caller, ['ada', 'ben', 'friend'])).toMatchObject({ usernames: ['ada', 'ben', 'friend'] });
    const answers = ['stranger', 'nobody'].map((name) =>
      set(of, caller, ['ada', name]).catch((error: unknown) => JSON.stringify(error)),
    );
    const [known, unknown] = await Promise.all(answers);
    expect(known).toEqual(unknown);
    // A token that does not reach the club knows nobody of it.
    const scopes = [{ actions: ['read', 'manage-access'], on: { kind: 'organization', organizationId } }];
    const narrow = await auth.principal(await auth.token(ada, scopes));
    await set(of, caller, ['ada']);
    await expect(set(of, narrow, ['ada', 'friend'])).rejects.toMatchObject({ code: 'user.not-found' });
    expect(await set(of, await asAdmin(), ['ada', 'stranger'])).toMatchObject({ usernames: ['ada', 'stranger'] });
  });

  it('own so many packages of one organization, and of another one as many; from outside less', async () => {
    const ada = await member('ada', 'member');
    const guest = await auth.person('collector');
    const own = async (userId: string, of: string, count: number) => {
      await auth.query(
        `WITH made AS (INSERT INTO package_ownerships (repository_id, package_purl, organization_id)
           SELECT gen_random_uuid(), 'pkg:npm/p', $2 FROM generate_series(1, $3::int) RETURNING repository_id)
         INSERT INTO package_owners (repository_id, package_purl, user_id, granted)
         SELECT repository_id, 'pkg:npm/p', $1, true FROM made`,
        [userId, of, count],
      );
    };
    await own(ada.userId, randomUUID(), 250);
    await own(guest.userId, randomUUID(), 250);
    const give = async (username: string) => set(newPackage(), await asAdmin(), [username]);
    expect(await give('ada')).toMatchObject({ usernames: ['ada'] });
    expect(await give('collector')).toMatchObject({ usernames: ['collector'] });
    await own(ada.userId, organizationId, 250);
    await own(guest.userId, organizationId, 100);
    await expect(give('ada')).rejects.toMatchObject({ code: 'owners.too-many-packages' });
    await expect(give('collector')).rejects.toMatchObject({ code: 'owners.too-many-packages' });
  });

  it('that were added may publish, change metadata and add others; removed ones may not any more; each change is audited once (W9)', async () => {
    const ada = await member('ada', 'member');
    const out = await auth.person('outsider');
    const of = newPackage();
    await published(of, ada);
    await vi.waitFor(async () => expect(await ownersOf(of)).toHaveLength(1));
    const added = await set(of, await asAdmin(), ['ada', 'Outsider'], ['ada']);
    expect(added).toEqual({ aggregateVersion: 2, usernames: ['ada', 'outsider'] });
    const principal = await auth.principal(out.session);
    for (const action of ['read', 'publish', 'metadata', 'manage-access'] as const) {
      expect(can(principal, action, resourceOf(of)).allowed).toBe(true);
    }
    expect(can(principal, 'delete', resourceOf(of)).allowed).toBe(false);
    expect(can(principal, 'read', resourceOf(newPackage())).allowed).toBe(false);
    expect(await set(of, principal, ['ada', 'outsider'])).toEqual(added);
    await set(of, principal, ['ada']);
    expect(can(await auth.principal(out.session), 'read', resourceOf(of)).allowed).toBe(false);
    await expect(set(of, await auth.principal(out.session), ['outsider'])).rejects.toMatchObject({ kind: 'not-found' });
    expect(await auth.audit(`package:${aggregateOf(of)}`)).toEqual(['package-owners.change', 'package-owners.change']);
  });

  it('are not changed by strangers, the anonymous, or a token that may not manage access (A4, A6)', async () => {
    const ada = await member('ada', 'member');
    const ben = await member('ben', 'member');
    const eve = await auth.person('eve');
    const of = newPackage();
    await published(of, ada);
    await vi.waitFor(async () => expect(await ownersOf(of)).toHaveLength(1));
    await expect(set(of, await auth.principal(eve.session), ['eve'])).rejects.toMatchObject({ kind: 'not-found' });
    await expect(set(of, await auth.principal(ben.session), ['ben'])).rejects.toMatchObject({ kind: 'forbidden' });
    await expect(set(of, { kind: 'anonymous' }, ['eve'])).rejects.toMatchObject({ kind: 'unauthenticated' });
    const narrow = await auth.token(ada, [{ actions: ['read', 'publish'], on: { kind: 'everything' } }]);
    await expect(set(of, await auth.principal(narrow), ['ada', 'eve'])).rejects.toMatchObject({
      kind: 'forbidden',
      message: expect.stringMatching(/lacks the permission manage-access: log in again through the browser/) as string,
    });
    const wide = await auth.token(ada, [{ actions: ['read', 'manage-access'], on: { kind: 'everything' } }]);
    expect(await set(of, await auth.principal(wide), ['ada', 'ben'])).toMatchObject({ usernames: ['ada', 'ben'] });
    const foreign = { ...of, organizationId: randomUUID() as OrganizationId };
    await expect(set(foreign, await asAdmin(), ['eve'])).rejects.toMatchObject({ kind: 'not-found' });
    const unknown = { ...newPackage() };
    await expect(set(unknown, await auth.principal(eve.session), ['eve'])).rejects.toMatchObject({ kind: 'not-found' });
    expect(
      await auth.query('SELECT 1 FROM package_ownerships WHERE repository_id = $1', [unknown.repositoryId]),
    ).toEqual([]);
  });

  it('who left the organization cannot come back by owning what they published (A8)', async () => {
    const mia = await member('mia', 'member');
    const ned = await member('ned', 'member');
    const of = newPackage();
    await published(of, mia);
    await vi.waitFor(async () => expect(await ownersOf(of)).toHaveLength(1));
    await set(of, await asAdmin(), ['mia', 'ned']);
    for (const person of [mia, ned]) {
      await auth.http('DELETE', `/api/v1/orgs/acme/members/${person.username}`, { as: auth.admin });
      const principal = await auth.principal(person.session);
      expect(can(principal, 'publish', resourceOf(of)).allowed).toBe(false);
      await expect(set(of, principal, ['mia', 'ned', 'ada'])).rejects.toMatchObject({ kind: 'not-found' });
    }
  });

  it('always have one among them who is not suspended, and only people that there are', async () => {
    const kim = await member('kim', 'member');
    await auth.person('lou');
    const of = newPackage();
    await published(of, kim);
    await vi.waitFor(async () => expect(await ownersOf(of)).toHaveLength(1));
    const admin = await asAdmin();
    await expect(set(of, admin, [])).rejects.toMatchObject({ kind: 'invalid', code: 'owners.empty' });
    for (const name of ['nobody', "x' OR 1=1", '\u0000']) {
      await expect(set(of, admin, ['kim', name])).rejects.toMatchObject({ kind: 'not-found', code: 'user.not-found' });
    }
    await set(of, admin, ['kim', 'lou']);
    await auth.http('PUT', '/api/v1/users/lou/suspension', { as: auth.admin, body: { suspended: true } });
    await expect(set(of, admin, ['lou'])).rejects.toMatchObject({ code: 'owners.empty' });
    expect(await set(of, admin, ['kim'])).toMatchObject({ usernames: ['kim'] });
    await expect(set(of, admin, ['kim', 'lou'])).rejects.toMatchObject({ code: 'user.not-found' });
  });

  it('changed by two at once from the same reading are changed by one', async () => {
    const ada = await member('ada', 'member');
    await member('ben', 'member');
    await member('cyd', 'member');
    const of = newPackage();
    await published(of, ada);
    await vi.waitFor(async () => expect(await ownersOf(of)).toHaveLength(1));
    const admin = await asAdmin();
    const both = await Promise.allSettled([
      set(of, admin, ['ada', 'ben'], ['ada']),
      set(of, admin, ['ada', 'cyd'], ['Ada']),
    ]);
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    const refused = both.find(({ status }) => status === 'rejected');
    expect(refused).toMatchObject({ reason: { kind: 'conflict', code: 'owners.changed-meanwhile' } });
  });

  it('are among the collaborators, with those who have a role; strangers are told nothing', async () => {
    const ada = await member('ada', 'member');
    await member('ray', 'reader');
    await auth.person('guest');
    const of = newPackage();
    await set(of, await asAdmin(), ['guest']);
    const list = async (person: Person) =>
      auth.ask(listCollaborators, { ...of, principal: await auth.principal(person.session) });
    const { collaborators } = await list(ada);
    expect(collaborators).toContainEqual({ username: 'ray', permission: 'read' });
    expect(collaborators).toContainEqual({ username: 'ada', permission: 'write' });
    expect(collaborators).toContainEqual({ username: 'guest', permission: 'write' });
    await expect(list(await auth.person('eve'))).rejects.toMatchObject({ kind: 'not-found' });
    await expect(list(await auth.person('ray'))).rejects.toMatchObject({ kind: 'forbidden' });
  });

  it('who are not in the organization see who owns the package and nobody else of it (A5, A6)', async () => {
    const ada = await member('ada', 'member');
    await member('ray', 'reader');
    const bob = await auth.person('bob');
    const of = newPackage();
    await published(of, ada);
    await vi.waitFor(async () => expect(await ownersOf(of)).toHaveLength(1));
    await set(of, await asAdmin(), ['ada', 'bob']);
    const namesFor = async (principal: Principal) =>
      (await auth.ask(listCollaborators, { ...of, principal })).collaborators.map(({ username }) => username);
    expect(await namesFor(await auth.principal(bob.session))).toEqual(['ada', 'bob']);
    expect(await namesFor(await auth.principal(ada.session))).toEqual(expect.arrayContaining(['admin', 'ray', 'bob']));
    const on = { kind: 'package', repositoryId: of.repositoryId, purl: of.packagePurl } as const;
    const narrow = await auth.token(ada, [{ actions: ['read', 'metadata'], on }]);
    expect(await namesFor(await auth.principal(narrow))).toEqual(['ada', 'bob']);
  });
});
