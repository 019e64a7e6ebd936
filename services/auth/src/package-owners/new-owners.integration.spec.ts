import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { OwnersGround } from '../../test/owners-ground.js';

let ground: OwnersGround;

beforeAll(async () => {
  ground = await OwnersGround.start();
});

afterAll(async () => {
  await ground.auth.stop();
});

describe('new owners of packages', () => {
  it('are added by name by who shares an organization with them; others are as missing (A6)', async () => {
    const ada = await ground.member('ada', 'member');
    await ground.member('ben', 'member');
    await ground.auth.person('friend');
    await ground.auth.person('stranger');
    await ground.auth.http('POST', '/api/v1/orgs', { as: ground.auth.admin, body: { name: 'club', owner: 'ada' } });
    const body = { username: 'friend', role: 'reader' };
    await ground.auth.http('POST', '/api/v1/orgs/club/members', { as: ground.auth.admin, body });
    const of = ground.newPackage();
    await ground.published(of, ada);
    await vi.waitFor(async () => expect(await ground.ownersOf(of)).toHaveLength(1));
    const caller = await ground.auth.principal((await ground.auth.again('ada')).session);
    expect(await ground.set(of, caller, ['ada', 'ben', 'friend'])).toMatchObject({
      usernames: ['ada', 'ben', 'friend'],
    });
    const answers = ['stranger', 'nobody'].map((name) =>
      ground.set(of, caller, ['ada', name]).catch((error: unknown) => JSON.stringify(error)),
    );
    const [known, unknown] = await Promise.all(answers);
    expect(known).toEqual(unknown);
    // A token that does not reach the club knows nobody of it.
    const scopes = [
      { actions: ['read', 'manage-access'], on: { kind: 'organization', organizationId: ground.organizationId } },
    ];
    const narrow = await ground.auth.principal(await ground.auth.token(ada, scopes));
    await ground.set(of, caller, ['ada']);
    await expect(ground.set(of, narrow, ['ada', 'friend'])).rejects.toMatchObject({ code: 'user.not-found' });
    expect(await ground.set(of, await ground.asAdmin(), ['ada', 'stranger'])).toMatchObject({
      usernames: ['ada', 'stranger'],
    });
  });

  it('own so many packages of one organization, and of another one as many; from outside less', async () => {
    const ada = await ground.member('ada', 'member');
    const guest = await ground.auth.person('collector');
    const own = async (userId: string, of: string, count: number) => {
      await ground.auth.query(
        `WITH made AS (INSERT INTO package_ownerships (repository_id, package_purl, organization_id)
           SELECT gen_random_uuid(), 'pkg:npm/p', $2 FROM generate_series(1, $3::int) RETURNING repository_id)
         INSERT INTO package_owners (repository_id, package_purl, user_id, granted)
         SELECT repository_id, 'pkg:npm/p', $1, true FROM made`,
        [userId, of, count],
      );
    };
    await own(ada.userId, randomUUID(), 250);
    await own(guest.userId, randomUUID(), 250);
    const give = async (username: string) => ground.set(ground.newPackage(), await ground.asAdmin(), [username]);
    expect(await give('ada')).toMatchObject({ usernames: ['ada'] });
    expect(await give('collector')).toMatchObject({ usernames: ['collector'] });
    await own(ada.userId, ground.organizationId, 250);
    await own(guest.userId, ground.organizationId, 100);
    await expect(give('ada')).rejects.toMatchObject({ code: 'owners.too-many-packages' });
    await expect(give('collector')).rejects.toMatchObject({ code: 'owners.too-many-packages' });
  });
});
