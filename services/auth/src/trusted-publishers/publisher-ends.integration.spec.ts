import type { OrganizationId, PackagePurl, PublisherId } from '@waybill/domain';
import { eventually } from '@waybill/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { claimsOf, githubIssuer, publishersPath, PublishersGround } from '../../test/publishers-ground.js';

let ground: PublishersGround;
let globex: OrganizationId;
const leftPad = 'pkg:npm/left-pad' as PackagePurl;
const token = claimsOf('github-actions', githubIssuer);

beforeAll(async () => {
  ground = await PublishersGround.start();
  await ground.auth.http('POST', '/api/v1/orgs', { as: ground.auth.admin, body: { name: 'globex' } });
  globex = (await ground.auth.organizationId('globex')) as OrganizationId;
});

afterAll(async () => {
  await ground.auth.stop();
});

const ends = (id: PublisherId) => eventually(async () => expect(await ground.isThere(id)).toBe(false));
/** Somebody else has the row locked. */
const heldBySomebody = (repositoryId: string) =>
  eventually(async () => {
    const free = await ground.auth.query(
      'SELECT 1 FROM known_repositories WHERE repository_id = $1 FOR UPDATE SKIP LOCKED',
      [repositoryId],
    );
    expect(free).toEqual([]);
  });
const heard = (repositoryId: string, version: number) =>
  eventually(async () => {
    const [row] = await ground.auth.query('SELECT event_version FROM known_repositories WHERE repository_id = $1', [
      repositoryId,
    ]);
    expect(row?.['event_version']).toBeGreaterThanOrEqual(version);
  });

describe('trusted publishers of a repository (T11)', () => {
  it('end when it gets another owner, and none is registered on the word of before', async () => {
    const moving = await ground.repository('moving');
    const ids = await Promise.all([
      ground.registered({ on: { repository: 'moving' } }),
      ground.registered({ on: { repository: 'moving', package: leftPad } }),
      ground.registered({ on: { repository: 'moving', pattern: 'npm/*' } }),
    ]);
    const elsewhere = await ground.registered({
      on: [
        { repository: 'moving', package: 'pkg:npm/both' },
        { repository: 'main', package: 'pkg:npm/both' },
      ],
    });
    const everywhere = await ground.registered({ on: { pattern: 'npm/left-*' } });
    expect(
      (await ground.candidates({ repository: 'moving', packagePurl: leftPad }))
        .map((one) => one.publisher.publisherId)
        .toSorted(),
    ).toEqual([...ids, everywhere].toSorted());
    await ground.changes(moving, 2, { organizationId: globex, transferredFrom: ground.grants.organizationId });
    for (const id of ids) await ends(id);
    for (const id of ids) {
      expect(await ground.use(id, token)).toBe(false);
      expect(await ground.auth.audit(`trusted-publisher:${id}`)).toEqual([
        'trusted-publisher.create',
        'trusted-publisher.delete',
      ]);
    }
    expect(await ground.candidates({ repository: 'moving' })).toEqual([]);
    // What is for others as well goes on there.
    expect([await ground.isThere(elsewhere), await ground.isThere(everywhere)]).toEqual([true, true]);
    const shown = await ground.auth.http('GET', `${publishersPath}/${elsewhere}`, { as: ground.auth.admin });
    expect(shown.json['on']).toMatchObject([{ repository: 'main' }]);
    const late = await ground.register({ on: { repository: 'moving' } });
    expect(late.status).toBe(404);
    moving.organizationId = globex;
    for (const id of [elsewhere, everywhere]) {
      await ground.auth.http('DELETE', `${publishersPath}/${id}`, { as: ground.auth.admin });
    }
  });

  it('end when it is deleted, for good, also when it comes back', async () => {
    const doomed = await ground.repository('doomed');
    const id = await ground.registered({ on: { repository: 'doomed' } });
    await ground.changes(doomed, 2, { deleted: true });
    await ends(id);
    await ground.changes(doomed, 3, { deleted: false });
    await heard(doomed.repositoryId, 3);
    expect(await ground.candidates({ repository: 'doomed' })).toEqual([]);
    const again = await ground.registered({ on: { repository: 'doomed' } });
    await ground.changes(doomed, 2, { deleted: true });
    expect(await ground.isThere(again)).toBe(true);
  });

  it('do not outlive it, however many are registered while it goes', async () => {
    const busy = await ground.repository('busy');
    const register = (index: number) => ground.register({ on: { repository: 'busy' }, environment: `e${index}` });
    const first = Array.from({ length: 8 }, (_, index) => register(index));
    await first[0];
    const going = ground.changes(busy, 2, { organizationId: globex, transferredFrom: ground.grants.organizationId });
    const second = Array.from({ length: 8 }, (_, index) => register(index + 8));
    await going;
    await heard(busy.repositoryId, 2);
    const made = (await Promise.all([...first, ...second])).filter(({ status }) => status === 201);
    expect(made.length).toBeGreaterThan(0);
    for (const { json } of made) await ends(String(json['id']) as PublisherId);
  });

  it('are locked after all repositories that an exchange holds, so that it and their end wait in no circle', async () => {
    const crossed = await ground.repository('crossed');
    // One that needs the repository held, among others that come before it by their ids.
    const ids = [await ground.registered({ on: { pattern: 'npm/left-*' } })];
    for (const environment of ['one', 'two', 'three', 'four', 'five', 'six', 'seven']) {
      ids.push(await ground.registered({ on: { repository: 'crossed', package: leftPad }, environment }));
    }
    const found = await ground.candidates({ packagePurl: leftPad, repository: 'crossed' });
    expect(found.map(({ publisher }) => publisher.publisherId).toSorted()).toEqual(ids.toSorted());
    const ended = ground.auth.query(
      `DO $$ BEGIN
         SET LOCAL lock_timeout = '2s';
         PERFORM 1 FROM known_repositories WHERE repository_id = '${crossed.repositoryId}' FOR UPDATE;
         FOR turn IN 1..500 LOOP
           EXIT WHEN EXISTS (SELECT 1 FROM pg_locks WHERE NOT granted);
           PERFORM pg_sleep(0.01);
         END LOOP;
         PERFORM 1 FROM trusted_publishers WHERE publisher_id IN (${ids.map((id) => `'${id}'`).join(', ')}) ORDER BY publisher_id FOR UPDATE NOWAIT;
       END $$`,
    );
    await heldBySomebody(crossed.repositoryId);
    const used = ground.inTransaction((manager) =>
      ground.publishers.lock(manager, found, { text: 'SELECT 1', values: [] }),
    );
    await ended;
    expect((await used).size).toBe(ids.length);
    for (const id of ids) await ground.auth.http('DELETE', `${publishersPath}/${id}`, { as: ground.auth.admin });
  });
});

describe('trusted publishers of a package (T11)', () => {
  it('end with it, whether it is deleted or moved, and others do not', async () => {
    const home = await ground.repository('home');
    const away = await ground.repository('away');
    for (const [version, end] of [
      [2, () => ground.deletesPackage(home, leftPad, 2)],
      [3, () => ground.movesPackage(home, leftPad, 3, away)],
    ] as const) {
      const id = await ground.registered({ on: { repository: 'home', package: leftPad }, environment: `v${version}` });
      const other = await ground.registered({
        on: { repository: 'home', package: 'pkg:npm/other' },
        environment: `v${version}`,
      });
      const pattern = await ground.registered({
        on: { repository: 'home', pattern: 'npm/left*' },
        environment: `v${version}`,
      });
      await end();
      await ends(id);
      expect([await ground.isThere(other), await ground.isThere(pattern)]).toEqual([true, true]);
    }
    // None came along to where the package is now.
    expect(await ground.candidates({ repository: 'away', packagePurl: leftPad })).toEqual([]);
  });

  it('that were registered after it was restored are not ended by late news', async () => {
    const home = await ground.repository('restored');
    const before = await ground.registered({ on: { repository: 'restored', package: leftPad } });
    await ground.deletesPackage(home, leftPad, 5);
    await ends(before);
    const after = await ground.registered({ on: { repository: 'restored', package: leftPad } });
    await ground.deletesPackage(home, leftPad, 4);
    await ground.deletesPackage(home, leftPad, 5);
    await ground.deletesPackage(home, 'pkg:npm/marker' as PackagePurl, 6);
    await eventually(async () => {
      const rows = await ground.auth.query(`SELECT 1 FROM known_packages WHERE package_purl = 'pkg:npm/marker'`);
      expect(rows).toHaveLength(1);
    });
    expect(await ground.isThere(after)).toBe(true);
  });
});

describe('trusted publishers of an organization (T11)', () => {
  it('end with it, with an audit event for each', async () => {
    const { auth } = ground;
    await auth.http('POST', '/api/v1/orgs', { as: auth.admin, body: { name: 'brief' } });
    const body = {
      github: { owner: 'acme', repository: 'left-pad', workflow: 'release.yml' },
      on: { pattern: 'npm/*' },
    };
    const made = await auth.http('POST', '/api/v1/orgs/brief/trusted-publishers', { as: auth.admin, body });
    const id = String(made.json['id']) as PublisherId;
    const answer = await auth.http('DELETE', '/api/v1/orgs/brief', { as: auth.admin, body: { confirm: 'brief' } });
    expect(answer.status).toBe(204);
    expect(await ground.isThere(id)).toBe(false);
    expect(await auth.audit(`trusted-publisher:${id}`)).toEqual([
      'trusted-publisher.create',
      'trusted-publisher.delete',
    ]);
  });
});
