import { randomUUID } from 'node:crypto';
import { packageChanged, packageMoved, repositoryChanged } from '@waybill/contracts';
import type { OrganizationId } from '@waybill/domain';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { GrantsGround, leftPad } from '../../test/grants-ground.js';

let ground: GrantsGround;

beforeAll(async () => {
  ground = await GrantsGround.start();
});

afterAll(async () => {
  await ground.auth.stop();
});

describe('what was given on a repository', () => {
  it('ends when it goes to another organization or is deleted, whatever order and how often the events come (T11)', async () => {
    const { organizationId } = ground;
    const hal = await ground.auth.person('hal');
    await ground.auth.http('POST', '/api/v1/orgs', { as: ground.auth.admin, body: { name: 'rival' } });
    const moving = ground.publish.create('moving', organizationId);
    const on = { repository: 'moving' };
    await ground.put(ground.auth.admin, { user: 'hal' }, on, { role: 'publisher' });
    await ground.put(ground.auth.admin, { user: 'hal' }, { ...on, package: leftPad }, { role: 'publisher' });
    await ground.put(ground.auth.admin, { user: 'hal' }, { ...on, pattern: 'npm/*' }, { role: 'publisher' });
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
      ground.auth.emit(repositoryChanged, {
        aggregate: repositoryId,
        version,
        data: { ...facts, organizationId, ...changes },
      });
    const count = () => ground.countOf(hal.session);
    expect(await count()).toBe(3);
    const rival = (await ground.auth.organizationId('rival')) as OrganizationId;
    await news(3, { organizationId: rival, transferredFrom: organizationId });
    await vi.waitFor(async () => expect(await count()).toBe(0));
    // What somebody asked a moment before the transfer is not given after it.
    expect((await ground.put(ground.auth.admin, { user: 'hal' }, on, { role: 'publisher' })).status).toBe(404);
    moving.organizationId = rival;
    const again = await ground.auth.http('PUT', '/api/v1/orgs/rival/grants', {
      as: ground.auth.admin,
      body: { subject: { user: 'hal' }, on, role: 'reader' },
    });
    expect(again.status).toBe(200);
    await news(2, {});
    await news(4, { organizationId: rival });
    await vi.waitFor(async () => {
      const [row] = await ground.auth.query('SELECT event_version FROM known_repositories WHERE repository_id = $1', [
        repositoryId,
      ]);
      expect(row).toEqual({ event_version: 4 });
    });
    expect(await count()).toBe(1);
    await news(5, { organizationId: rival, deleted: true });
    await vi.waitFor(async () => expect(await count()).toBe(0));
    expect(await ground.auth.audit(`repository:${repositoryId}`)).toEqual(['grant.take', 'grant.take']);
  });

  it('of a package stays behind when the package is moved (T11)', async () => {
    const ida = await ground.auth.person('ida');
    const { repositoryId } = ground.main;
    await ground.put(
      ground.auth.admin,
      { user: 'ida' },
      { repository: 'main', package: leftPad },
      { role: 'publisher' },
    );
    const may = () => ground.may(ida.session, 'publish', ground.packageIn(repositoryId));
    expect(await may()).toBe(true);
    await moved(leftPad, 7);
    await vi.waitFor(async () => expect(await may()).toBe(false));
  });

  it('of a package is not ended by what is told late: neither again, nor after newer news (T11)', async () => {
    const jo = await ground.auth.person('jo');
    const purl = 'pkg:npm/restored';
    const give = async (what: object) =>
      ground.put(ground.auth.admin, { user: 'jo' }, { repository: 'main', package: purl, ...what }, { role: 'reader' });
    const count = () => ground.countOf(jo.session);
    await give({});
    await changed(purl, 3, true);
    await vi.waitFor(async () => expect(await count()).toBe(0));
    await changed(purl, 6, false);
    await heard(purl, 6);
    await give({});
    // Twice the same, and what should have come before the news that was heard.
    await changed(purl, 3, true);
    await moved(purl, 5);
    await heard('pkg:npm/after', 1, () => changed('pkg:npm/after', 1, false));
    expect(await count()).toBe(1);
    await changed(purl, 8, true);
    await vi.waitFor(async () => expect(await count()).toBe(0));
  });

  it('of a package is ended by what is told late when it was given before that', async () => {
    const kit = await ground.auth.person('kit');
    const purl = 'pkg:npm/late';
    await ground.put(ground.auth.admin, { user: 'kit' }, { repository: 'main', package: purl }, { role: 'reader' });
    await changed(purl, 4, false);
    await heard(purl, 4);
    expect(await ground.countOf(kit.session)).toBe(1);
    await changed(purl, 2, true);
    await vi.waitFor(async () => expect(await ground.countOf(kit.session)).toBe(0));
  });
});

function newsOf(purl: string) {
  const { repositoryId } = ground.main;
  const { organizationId } = ground;
  const repository = { repositoryId, organizationId, slug: 'main', visibility: 'private', kind: 'hosted' };
  const data = { repository, packagePurl: purl, changedBy: 'user:x', visibility: null, archived: false };
  return { aggregate: `${repositoryId}/${purl}`, data };
}

function changed(purl: string, version: number, deleted: boolean): Promise<void> {
  const { aggregate, data } = newsOf(purl);
  return ground.auth.emit(packageChanged, { aggregate, version, data: { ...data, deleted } });
}

function moved(purl: string, version: number): Promise<void> {
  const { aggregate, data } = newsOf(purl);
  const to = { ...data.repository, repositoryId: randomUUID() };
  return ground.auth.emit(packageMoved, { aggregate, version, data: { ...data, to } });
}

/** Waits until that was heard, and so everything that was told before it. */
async function heard(purl: string, version: number, tell?: () => Promise<void>): Promise<void> {
  await tell?.();
  await vi.waitFor(async () => {
    const [row] = await ground.auth.query('SELECT event_version FROM known_packages WHERE package_purl = $1', [purl]);
    expect(row).toEqual({ event_version: version });
  });
}
