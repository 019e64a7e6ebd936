import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Person } from '../../test/auth-conversation.js';
import { PublishersGround, releaseWorkflow } from '../../test/publishers-ground.js';

let ground: PublishersGround;
let owner: Person;
const mine = encodeURIComponent('pkg:npm/mine');
const path = '/api/v1/trusted-publishers';
const here = `?repository=home&package=${mine}`;

beforeAll(async () => {
  ground = await PublishersGround.start();
  await ground.repository('home');
  owner = await ground.grants.member('olga');
  const given = { actions: ['read', 'publish', 'manage-access'] };
  const on = { repository: 'home', package: 'pkg:npm/mine' };
  await ground.grants.put(ground.auth.admin, { user: 'olga' }, on, given);
});

afterAll(async () => {
  await ground.auth.stop();
});

const ask = (method: string, target: string, body?: object) =>
  ground.auth.http(method, `${path}${target}`, { as: owner.session, ...(body === undefined ? {} : { body }) });

describe('who manages one package', () => {
  it('registers, sees, changes and ends its trusted publishers, and those of no other', async () => {
    const made = await ask('POST', here, { github: releaseWorkflow });
    expect(made.status).toBe(201);
    expect(made.json['on']).toMatchObject([{ repository: 'home', package: 'pkg:npm/mine' }]);
    const id = String(made.json['id']);
    const listed = await ask('GET', here);
    expect(listed.json['items']).toEqual([made.json]);
    const changed = await ask('PATCH', `/${id}${here}`, { environment: 'release' });
    expect(changed.json).toMatchObject({ rule: { environment: 'release' } });
    expect((await ask('DELETE', `/${id}${here}`)).status).toBe(204);
    expect((await ask('GET', `/${id}${here}`)).status).toBe(404);
    const other = `?repository=home&package=${encodeURIComponent('pkg:npm/other')}`;
    for (const elsewhere of [other, '?repository=home', '?repository=main', '']) {
      const answers = [await ask('GET', elsewhere), await ask('POST', elsewhere, { github: releaseWorkflow })];
      for (const { status } of answers) expect([400, 403, 404]).toContain(status);
    }
    const org = await ground.register({ on: { repository: 'home', package: 'pkg:npm/mine' } }, owner.session);
    expect(org.status).toBe(403);
  });

  it('gives a publisher no more than they may do themselves (A8)', async () => {
    const refused = await ask('POST', here, { github: releaseWorkflow, actions: ['publish', 'delete'] });
    expect([refused.status, refused.json['code']]).toEqual([403, 'grant.beyond-own']);
  });

  it('sees of publishers of more only what reaches the package, and takes away only that (A7)', async () => {
    const places = [
      { repository: 'home', package: 'pkg:npm/mine' },
      { repository: 'main', package: 'pkg:npm/secret' },
    ];
    const id = await ground.registered({ on: places });
    const shown = await ask('GET', `/${id}${here}`);
    expect(shown.json['on']).toMatchObject([{ repository: 'home', package: 'pkg:npm/mine' }]);
    expect(shown.text).not.toContain('secret');
    const changed = await ask('PATCH', `/${id}${here}`, { environment: 'mine' });
    expect([changed.status, changed.json['code']]).toEqual([409, 'trusted-publisher.shared']);
    expect((await ask('DELETE', `/${id}${here}`)).status).toBe(204);
    expect(await ground.isThere(id)).toBe(true);
    expect((await ask('DELETE', `/${id}${here}`)).status).toBe(404);
    expect(await ground.auth.audit(`trusted-publisher:${id}`)).toEqual([
      'trusted-publisher.create',
      'trusted-publisher.change',
    ]);
  });

  it('sees patterns that reach the package, which are not theirs to end', async () => {
    const id = await ground.registered({ on: { pattern: 'npm/*' }, environment: 'pattern' });
    expect((await ask('GET', here)).json['items']).toMatchObject([{ id }]);
    expect((await ask('DELETE', `/${id}${here}`)).status).toBe(404);
    expect(await ground.isThere(id)).toBe(true);
  });
});
